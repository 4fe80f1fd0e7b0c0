import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RouteTable } from '../../candidate/fastapi-compat/route-table.ts'

const table = new RouteTable()
table.add(['GET'], '/models')
table.add(['POST'], '/models')
table.add(['GET'], '/models/:id')
table.add(['GET'], '/models/special')
table.add(['GET'], '/files/*')

test('the first route that takes path and method wins', () => {
  assert.deepEqual(table.find('POST', '/models'), { kind: 'route', url: '/models', params: undefined })
  assert.deepEqual(table.find('GET', '/models/special'), { kind: 'route', url: '/models/~', params: { id: 'special' } })
  assert.deepEqual(table.find('GET', '/files/a%20b//c'), { kind: 'route', url: '/files/a%20b//c', params: { '*': 'a b//c' } })
})

test('a path that has not the method names those of its first route', () => {
  assert.deepEqual(table.find('DELETE', '/models'), { kind: 'method', allow: 'GET' })
  assert.deepEqual(table.find('HEAD', '/models'), { kind: 'method', allow: 'GET' })
})

test('a slash too many or too few is a redirect, where that leads somewhere', () => {
  assert.deepEqual(table.find('DELETE', '/models//'), { kind: 'redirect', path: '/models' })
  assert.deepEqual(table.find('GET', '/files'), { kind: 'redirect', path: '/files/' })
  assert.deepEqual(table.find('GET', '//models'), { kind: 'none' })
})

test('is quick whatever the path', () => {
  const began = performance.now()
  table.find('GET', `${'/'.repeat(60_000)}a/`)
  assert.ok(performance.now() - began < 1000)
})
