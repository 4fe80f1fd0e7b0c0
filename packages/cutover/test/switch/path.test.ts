import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodePath, readings, withoutDots } from '../../src/switch/path.ts'

test('an ordinary path is taken as it is, up to its query', () => {
  assert.deepEqual(readings('/api/vehicles'), ['/api/vehicles'])
  assert.deepEqual(readings('/api/vehicles?q=%2e/../;#'), ['/api/vehicles'])
  assert.deepEqual(readings('/a#b'), ['/a'])
  assert.deepEqual(readings('/a.b/c..d/e-f_g~h'), ['/a.b/c..d/e-f_g~h'])
})

test('an odd path is read in every way that a backend may', () => {
  const cases: Record<string, readonly string[]> = {
    '/api/%76ehicles': ['/api/vehicles'],
    '/API/%56ehicles?x=1': ['/API/Vehicles'],
    '/a%2fb': ['/a%2Fb', '/a/b'],
    '/a%5cb': ['/a%5Cb', '/a/b'],
    '/a\\b': ['/a\\b', '/a/b'],
    '/a/%2e%2e/b': ['/a/../b', '/b'],
    '/a/..%2fb': ['/a/..%2Fb', '/a/../b', '/b'],
    '/a;v=1/b': ['/a;v=1/b', '/a/b'],
    '/a%3bv=1/b': ['/a;v=1/b', '/a/b'],
    '/a%25%32%65': ['/a%252e'],
    '/a%2525': ['/a%2525'],
    'http://host:1/a/b?c': ['/a/b'],
    'http://host': ['/'],
    'http://host\\a': ['/a'],
    '/a;b=c/d': ['/a;b=c/d', '/a', '/a/d'],
    '*': ['/'],
    '*a': ['/a'],
    'host:443': []
  }
  for (const [target, expected] of Object.entries(cases)) {
    const found = readings(target)
    for (const path of expected) assert.ok(found.includes(path), `${target} as ${path}: ${found}`)
    if (expected.length > 0) assert.equal(found[0], expected[0], `${target}: the literal reading comes first`)
  }
})

test('a network-path reference is read with and without its authority', () => {
  for (const target of ['//host/api/vehicles', '/\\host/api/vehicles']) {
    const found = readings(target)
    assert.ok(found.includes('/api/vehicles'), `${target}: ${found}`)
  }
})

test('bytes that are not ASCII are read as their escapes', () => {
  const raw = Buffer.from('/café').toString('latin1')
  assert.deepEqual(readings(raw), ['/caf%C3%A9'])
  assert.deepEqual(readings('/caf%c3%a9'), ['/caf%C3%A9'])
})

test('decoding never decodes twice, and dots are removed as RFC 3986 says', () => {
  assert.equal(decodePath('/%252e', false), '/%252e')
  assert.equal(decodePath('/%3f%23%20%00', false), '/%3F%23%20%00')
  assert.equal(decodePath('/%zz%4', false), '/%zz%4')
  for (const [path, expected] of [['/a/./b/../c', '/a/c'], ['/../../a', '/a'], ['/a/..', '/'], ['/a/b/..', '/a/'], ['/a/.', '/a/'], ['/a/.b/..c', '/a/.b/..c'], ['/a//../b', '/a/b']] as const) {
    assert.equal(withoutDots(path), expected, path)
  }
})

test('no target is too odd to be read, and every reading is a path', () => {
  const target = fc.array(fc.constantFrom('/', '\\', '%2f', '%5C', '%25', '%2e', '.', '..', ';', ':', '@', 'a', 'B', '#', '?', '%', '%a', '\t', '\x7f', '\xe9', '\xff', '*', 'http://'), { maxLength: 30 }).map(parts => parts.join(''))
  fc.assert(fc.property(target, target => {
    for (const path of readings(target)) assert.equal(path[0], '/', `${target} as ${path}`)
  }), { numRuns: 2000 })
})

test('the longest target is read in no time that matters', () => {
  const before = performance.now()
  for (const piece of ['/', '/../', '%2e%2e/', ';a/', '\\', '%', '/./', 'a', '\xff', '//']) readings(('/' + piece.repeat(16_384)).slice(0, 16_384))
  assert.ok(performance.now() - before < 1_000)
})
