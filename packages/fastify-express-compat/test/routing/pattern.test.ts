import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compilePattern, isOvertaken } from '../../src/routing/pattern.ts'

const five = { caseSensitive: false, strict: false, major: 5 } as const
const matches = (pattern: string, path: string, options: Parameters<typeof compilePattern>[1] = five) => compilePattern(pattern, options).regexp.exec(path)?.slice(1)

test('parameters, wildcards and literal text match as Express matches them', () => {
  assert.deepEqual(matches('/users/:id', '/Users/7/'), ['7'])
  assert.equal(matches('/users/:id', '/users/7//'), undefined)
  assert.deepEqual(matches('/a.b/:x', '/a.b/c'), ['c'])
  assert.equal(matches('/a.b', '/axb'), undefined)
  assert.deepEqual(matches('/v::x', '/v:x'), [])
  assert.deepEqual(matches('/n/:id(^\\d+$)', '/n/12'), ['12'])
  assert.equal(matches('/n/:id(^\\d+$)', '/n/x'), undefined)
  assert.deepEqual(matches('/o/:id?', '/o'), [undefined])
  assert.deepEqual(matches('/:from-:to', '/1-2-3'), ['1-2', '3'])
  assert.deepEqual(matches('/f/*', '/f/a/b'), ['a/b'])
  assert.equal(matches('/f/*', '/f/'), undefined)
  assert.deepEqual(matches('/f/*', '/f/', { ...five, major: 4 }), [''])
})

test('case and the slash at the end matter when they should', () => {
  assert.equal(matches('/Users', '/users', { ...five, caseSensitive: true }), undefined)
  assert.equal(matches('/users', '/users/', { ...five, strict: true }), undefined)
})

test('the root has a second slash in Express 5 only', () => {
  assert.deepEqual(matches('/', '//'), [])
  assert.equal(matches('/', '//', { ...five, major: 4 }), undefined)
})

test('an earlier route is overtaken by one that the tree prefers', () => {
  const overtaken = (earlier: string, later: string) => isOvertaken(compilePattern(earlier, five), compilePattern(later, five))
  assert.equal(overtaken('/users/:id', '/users/me'), true)
  assert.equal(overtaken('/users/me', '/users/:id'), false)
  assert.equal(overtaken('/*', '/users/me'), true)
  assert.equal(overtaken('/:a/b', '/x/:c'), true)
  assert.equal(overtaken('/x/:c', '/:a/b'), false)
  assert.equal(overtaken('/a/:x', '/b/c'), false)
  assert.equal(overtaken('/a/:x', '/a/b/c'), false)
  assert.equal(overtaken('/a', '/b'), false)
})

test('a path with plain parameters matches itself with any values, and gives them back', () => {
  const value = fc.stringMatching(/^[a-z0-9]{1,12}$/)
  fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), value), { minLength: 1, maxLength: 5 }), parts => {
    const pattern = parts.map(([isParameter, text], i) => isParameter ? `/:p${i}` : `/${text}`).join('')
    const path = parts.map(([, text]) => `/${text}`).join('')
    assert.deepEqual(matches(pattern, path), parts.filter(([isParameter]) => isParameter).map(([, text]) => text))
  }))
})
