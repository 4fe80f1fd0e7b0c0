import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createSwitch } from 'cutover'
import { eventually } from '../../integration/in-process/serve.ts'
import { setUp } from './sdk.ts'

const sdk = setUp()

test('durations, shares, fallbacks and breakers are there by their conventional names, and are read no more once it is closed', async t => {
  const server = createServer((request, response) => { response.writeHead(request.url === '/v/bad' ? 500 : 200).end() })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); server.closeAllConnections() })
  const app = await createSwitch({
    legacy: (_: IncomingMessage, response: ServerResponse) => { response.end() },
    candidate: { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    features: { v: { routes: ['/v/*'], share: '100%' } },
    journal: false,
    environment: {}
  })
  const url = await app.listen({ port: 0 })
  for (const path of ['/v/good', '/v/good', '/v/bad', '/unlisted']) await (await fetch(url + path)).text()
  await fetch(`${url}/v/bad`, { method: 'POST' })

  // Spans end with the durations: three that are served here, and three that are forwarded.
  await eventually(() => sdk.spans().length === 9, 'the end of all requests')
  const durations = await sdk.points('http.server.request.duration')
  const common = { 'url.scheme': 'http', 'network.protocol.version': '1.1' }
  assert.deepEqual(durations.map(({ attributes, value }) => ({ ...attributes, value })), [
    { ...common, 'http.request.method': 'GET', 'cutover.backend': 'candidate', 'cutover.feature': 'v', 'http.response.status_code': 200, value: 2 },
    { ...common, 'http.request.method': 'GET', 'cutover.backend': 'legacy', 'cutover.feature': 'v', 'http.response.status_code': 200, value: 1 },
    { ...common, 'http.request.method': 'GET', 'cutover.backend': 'legacy', 'cutover.feature': '_unlisted', 'http.response.status_code': 200, value: 1 },
    { ...common, 'http.request.method': 'POST', 'cutover.backend': 'candidate', 'cutover.feature': 'v', 'http.response.status_code': 500, 'error.type': '500', value: 1 }
  ])
  for (const { sum, value } of durations) assert.ok(sum! > 0 && sum! / value < 5, 'seconds')
  const clients = await sdk.points('http.client.request.duration')
  assert.deepEqual(clients.map(({ attributes, value }) => [attributes['http.request.method'], attributes['http.response.status_code'], attributes['error.type'], value]), [['GET', 200, undefined, 2], ['GET', 500, '500', 1], ['POST', 500, '500', 1]])

  await app.control.setShare('v', 2_500, { who: 'test', why: '' })
  const all = async (name: string) => (await sdk.points(name)).map(({ attributes, value }) => ({ ...attributes, value }))
  assert.deepEqual(await all('cutover.share'), [{ 'cutover.feature': 'v', value: 0.25 }])
  assert.deepEqual(await all('cutover.rolled_back'), [{ 'cutover.feature': 'v', value: 0 }])
  assert.deepEqual((await all('cutover.fallbacks')).filter(({ value }) => value > 0), [{ 'cutover.feature': 'v', 'cutover.fallback.cause': 'status', value: 1 }])
  assert.deepEqual((await all('cutover.breaker.state')).filter(({ value }) => value === 1), [{ 'cutover.feature': 'v', 'cutover.breaker.state': 'closed', value: 1 }])
  await app.close()
  await app.control.setShare('v', 5_000, { who: 'test', why: '' })
  assert.deepEqual(await all('cutover.share'), [{ 'cutover.feature': 'v', value: 0.25 }], 'the last that was read')
})

test('where requests are not to be counted, none is', async t => {
  const before = (await sdk.points('http.server.request.duration')).reduce((sum, { value }) => sum + value, 0)
  const app = await createSwitch({ legacy: (_: IncomingMessage, response: ServerResponse) => { response.end() }, candidate: (_: IncomingMessage, response: ServerResponse) => { response.end() }, features: {}, metrics: false, journal: false, environment: {} })
  t.after(async () => await app.close())
  await (await fetch(await app.listen({ port: 0 }))).text()
  await eventually(() => sdk.spans().length === 10, 'the end of the request')
  assert.equal((await sdk.points('http.server.request.duration')).reduce((sum, { value }) => sum + value, 0), before)
})
