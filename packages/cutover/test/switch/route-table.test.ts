import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRoute } from '../../src/config/route.ts'
import type { Route } from '../../src/config/settings.ts'
import { RouteTable } from '../../src/switch/route-table.ts'

const table = (...routes: string[]): RouteTable<string> => new RouteTable(routes.map(text => [parseRoute(text) as Route, text] as const))

function expectAll (found: RouteTable<string>, expected: Record<string, string | undefined>): void {
  for (const [request, route] of Object.entries(expected)) {
    const [method, target] = request.split(' ') as [string, string]
    assert.equal(found.find(method, target), route, request)
  }
}

test('a static segment beats a parameter, that beats a wildcard, in any order of the routes', () => {
  const routes = ['/a/*', '/a/:id', '/a/b', '/a/:id/c', '/a/b/*', '/:x/b/c']
  fc.assert(fc.property(fc.shuffledSubarray(routes, { minLength: routes.length }), routes => {
    expectAll(table(...routes), {
      'GET /a/b': '/a/b',
      'GET /a/x': '/a/:id',
      'GET /a/x/c': '/a/:id/c',
      'GET /a/b/c': '/a/b/*',
      'GET /a/x/y/z': '/a/*',
      'GET /z/b/c': '/:x/b/c',
      'GET /a': undefined,
      'GET /a/': '/a/*',
      'GET /z': undefined
    })
  }), { numRuns: 50 })
})

test('a dead end is left again for the next best route', () => {
  expectAll(table('/a/b/c', '/a/:x/d', '/a/*'), { 'GET /a/b/c': '/a/b/c', 'GET /a/b/d': '/a/:x/d', 'GET /a/b/e': '/a/*', 'GET /a/b': '/a/*' })
  expectAll(table('/vehicles', '/vehi/:x', '/:any'), { 'GET /vehicle': '/:any', 'GET /vehicless': '/:any', 'GET /vehi/x': '/vehi/:x', 'GET /vehi': '/:any' })
  expectAll(table('POST /a/b', '/a/:x', 'GET /a/*'), { 'POST /a/b': 'POST /a/b', 'GET /a/b': '/a/:x', 'GET /a/b/c': 'GET /a/*', 'POST /a/b/c': undefined })
})

test('methods are told apart, and GET covers HEAD unless HEAD is listed', () => {
  expectAll(table('GET /a', 'POST|PUT /a', '/b', 'HEAD /b', 'GET /c/*', '/c/:x'), {
    'GET /a': 'GET /a',
    'HEAD /a': 'GET /a',
    'POST /a': 'POST|PUT /a',
    'PUT /a': 'POST|PUT /a',
    'DELETE /a': undefined,
    'HEAD /b': 'HEAD /b',
    'PROPFIND /b': '/b',
    'HEAD /c/x': '/c/:x',
    'HEAD /c/x/y': 'GET /c/*'
  })
})

test('the first of two routes for the same requests wins', () => {
  const found = new RouteTable<number>([['/a/:x', 1], ['/A/:y/', 2], ['GET /b', 3], ['/b', 4], ['GET /b', 5]].map(([text, value]) => [parseRoute(String(text)) as Route, value as number] as const))
  assert.equal(found.find('GET', '/a/b'), 1)
  assert.equal(found.find('GET', '/b'), 3)
  assert.equal(found.find('POST', '/b'), 4)
})

test('a wildcard covers everything below it and the bare slash, a parameter one whole segment, even an empty one', () => {
  expectAll(table('/a/*', '/p/:x', '/p/:x/q/:y'), {
    'GET /a/': '/a/*',
    'GET /a//': '/a/*',
    'GET /a': undefined,
    'GET /ab': undefined,
    'GET /a/b/c?d': '/a/*',
    'GET /p/': '/p/:x',
    'GET /p': undefined,
    'GET /p/1': '/p/:x',
    'GET /p/1/': '/p/:x',
    'GET /p/1/q': undefined,
    'GET /p/1/q/2': '/p/:x/q/:y',
    'GET /p//q/2': '/p/:x/q/:y'
  })
  expectAll(table('/*'), { 'GET /': '/*', 'GET /a/b': '/*', 'OPTIONS *': '/*', 'GET http://host': '/*' })
  expectAll(table('/'), { 'GET /': '/', 'GET //': '/', 'GET /?a': '/', 'GET /a': undefined, 'GET http://host': '/' })
})

test('a path written in another way does not slip past', () => {
  const found = table('/api/vehicles', '/api/vehicles/:id', '/files/*', '/café', '/a%20b', '/t~x')
  for (const target of ['/API/Vehicles', '//api//vehicles', '/api/vehicles/', '/api/vehicles//?x', '/%61pi/%76ehicles', '/api%2Fvehicles', '/api%5cvehicles', '/api\\vehicles', '/x/../api/vehicles', '/x/%2e%2E/api/./vehicles',
    '/api;a=b/vehicles;c', '/api/vehicles#x', 'http://host/api/vehicles', 'HTTPS://u@h:1/api/vehicles?x', '//host/api/vehicles', '/./api/vehicles', '/api/vehicles/.', '/api/vehicles/x/..']) {
    const expected = target === '/api/vehicles/x/..' || target === '/api/vehicles/.' ? ['/api/vehicles', '/api/vehicles/:id'] : ['/api/vehicles']
    assert.ok(expected.includes(String(found.find('GET', target))), `${target} → ${found.find('GET', target)}`)
  }
  assert.equal(found.find('GET', '/caf%c3%a9'), '/café')
  assert.equal(found.find('GET', Buffer.from('/café').toString('latin1')), '/café')
  assert.equal(found.find('GET', '/A%20b'), '/a%20b')
  assert.equal(found.find('GET', '/t%7Ex'), '/t~x')
  assert.equal(found.find('GET', '/api/vehicles/a%2Fb'), '/api/vehicles/:id')
  assert.equal(found.find('GET', '/api%252Fvehicles'), undefined, 'nothing is decoded twice')
})

/** What a route means, said as plainly as possible. */
function plainly (route: string, method: string, path: string): boolean {
  const { methods, path: pattern } = parseRoute(route) as Route
  if (methods !== undefined && !methods.includes(method) && !(method === 'HEAD' && methods.includes('GET'))) return false
  const source = pattern.split('/').map(segment => segment === '*' ? '.*' : segment.startsWith(':') ? '[^/]*' : segment.replace(/[.]/g, '\\.')).join('/')
  return new RegExp(`^${source}${pattern.endsWith('*') || pattern === '/' ? '' : '/?'}$`, 'i').test(path)
}

test('a path that is taken as it stands is one that has no other reading', () => {
  const routes = table('/a', '/a/*', '/b/:x', '/:x/b', '/a.b/c', '/a/:x/b;c', '/b/..', '/ab')
  const piece = fc.constantFrom('/', '/', '/', 'a', 'a', 'b', 'c', 'A', '.', '..', ';', '\\', '%', '%2f', '%2e', '?', '#', '@', '[', '`', '\x7f', '\xe9', '\t', ':', '<', '>')
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
    const target = `/${pieces.join('')}`
    const end = target.search(/[?#]/)
    const letter = target.slice(0, end < 0 ? undefined : end).search(/(?<!%.?)[abc]/)
    if (letter < 0) return
    // With a letter escaped the path is never taken as it stands, and means the same.
    const escaped = `${target.slice(0, letter)}%${target.charCodeAt(letter).toString(16)}${target.slice(letter + 1)}`
    assert.equal(routes.find('GET', target), routes.find('GET', escaped), `${JSON.stringify(target)} and ${JSON.stringify(escaped)}`)
  }), { numRuns: 5000 })
})

test('whatever a route plainly means is found, and nothing else', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', 'abc', 'B', 'a.b')
  const pattern = fc.tuple(fc.array(fc.oneof(segment, fc.constantFrom(':x', ':y')), { maxLength: 4 }), fc.boolean(), fc.constantFrom('', 'GET ', 'POST ', 'GET|HEAD '))
    .map(([segments, star, methods]) => `${methods}/${[...segments, ...(star ? ['*'] : [])].join('/')}`)
  const path = fc.tuple(fc.array(segment, { maxLength: 5 }), fc.boolean()).map(([segments, slash]) => `/${segments.join('/')}${slash && segments.length > 0 ? '/' : ''}`)
  fc.assert(fc.property(fc.array(pattern, { maxLength: 12 }), path, fc.constantFrom('GET', 'HEAD', 'POST'), (routes, path, method) => {
    const matching = routes.filter(route => plainly(route, method, path))
    const found = table(...routes).find(method, path)
    if (matching.length === 0) assert.equal(found, undefined)
    else assert.ok(matching.includes(found!), `${method} ${path} → ${found}, not one of ${matching}`)
  }), { numRuns: 5000 })
})

test('many parameters at every level do not make it slow', () => {
  const routes: string[] = []
  for (let bits = 0; bits < 512; bits++) routes.push('/' + Array.from({ length: 9 }, (_, i) => (bits >> i) % 2 === 0 ? 'a' : ':p').join('/') + '/end')
  const found = table(...routes)
  const before = performance.now()
  for (let i = 0; i < 20; i++) assert.equal(found.find('GET', '/a/a/a/a/a/a/a/a/a/no'), undefined)
  assert.ok(performance.now() - before < 500)
})
