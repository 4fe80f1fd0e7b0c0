import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatRoute, parseRoute, routeKeys } from '../../src/config/route.ts'
import type { Route } from '../../src/config/settings.ts'

const keys = (text: string) => routeKeys(parseRoute(text) as Route)

test('a route is a path with optional methods', () => {
  assert.deepEqual(parseRoute('/api/vehicles'), { methods: undefined, path: '/api/vehicles' })
  assert.deepEqual(parseRoute('GET /health'), { methods: ['GET'], path: '/health' })
  assert.deepEqual(parseRoute('GET|POST /api/:id/*'), { methods: ['GET', 'POST'], path: '/api/:id/*' })
})

test('every route survives being written and read', () => {
  const segment = fc.oneof(fc.stringMatching(/^[a-z0-9.-]{1,8}$/), fc.stringMatching(/^:[a-z]\w{0,5}$/))
  const route = fc.record({
    methods: fc.option(fc.uniqueArray(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), { minLength: 1 }), { nil: undefined }),
    path: fc.tuple(fc.array(segment), fc.boolean()).map(([segments, star]) => `/${[...segments, ...(star ? ['*'] : [])].join('/')}`)
  }, { noNullPrototype: true })
  fc.assert(fc.property(route, route => assert.deepEqual(parseRoute(formatRoute(route)), route)))
})

test('a route that could not match is refused with the reason', () => {
  const reasons = { 'get /x': 'is not a route', x: 'is not a route', '/a?b=1': 'query', '/a/*/b': 'wildcard inside', '/a*': 'wildcard inside', '/a/:': 'without a plain name' }
  for (const [text, reason] of Object.entries(reasons)) assert.match(String(parseRoute(text)), new RegExp(reason), text)
})

test('routes that match the same requests share a key', () => {
  for (const same of ['/api/vehicles/:key', '/API/Vehicles/:id', '//api/vehicles/:id/', '/api/%76ehicles/:id']) {
    assert.deepEqual(keys(same), keys('/api/vehicles/:id'), same)
  }
  assert.notDeepEqual(keys('/api/vehicles/*'), keys('/api/vehicles/:id'))
  assert.notDeepEqual(keys('GET /a'), keys('POST /a'))
  assert.deepEqual(keys('/'), ['* /'])
})
