import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { openOrigin } from '../../src/backends/origin.ts'
import { unhealthiness } from '../../src/backends/health.ts'
import { freePort, stateThat } from '../fixtures/backends/watch.ts'

async function setUp (t: TestContext) {
  const told = { status: 200 }
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(told.status, { location: '/elsewhere' }).end('x'.repeat(100_000))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.close(); server.closeAllConnections() })
  return { told, asked, server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/base`) }
}

test('an origin is as healthy as its health path says, at every check', async t => {
  const { told, asked, url } = await setUp(t)
  const backend = await openOrigin({ name: 'legacy', url, health: '/health?deep=1', checkEveryMs: 10 })
  t.after(() => backend.stop())
  assert.deepEqual(backend.state(), { state: 'healthy' })
  assert.deepEqual(backend.target, { kind: 'origin', url })
  assert.deepEqual(asked[0], 'GET /health?deep=1')
  told.status = 503
  assert.deepEqual(await stateThat(backend, ({ state }) => state === 'unhealthy'), { state: 'unhealthy', detail: '/health answers 503' })
  told.status = 302
  await stateThat(backend, ({ state }) => state === 'healthy')
})

test('an origin that is down is opened as unhealthy, and recovers', async t => {
  const url = new URL(`http://127.0.0.1:${await freePort()}`)
  const backend = await openOrigin({ name: 'legacy', url, health: undefined, checkEveryMs: 10 })
  t.after(() => backend.stop())
  assert.deepEqual(backend.state(), { state: 'unhealthy', detail: 'nothing listens there' })
  const server = createTcpServer(socket => socket.on('error', () => {})).listen(Number(url.port), '127.0.0.1')
  t.after(() => server.close())
  await stateThat(backend, ({ state }) => state === 'healthy')
})

test('a check that gets no answer ends by itself', async t => {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => { sockets.add(socket) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.close(); for (const socket of sockets) socket.destroy() })
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  assert.equal(await unhealthiness({ url, path: '/health' }, 30), 'no answer within 30 ms')
  assert.equal(await unhealthiness({ url, path: undefined }), undefined)
})

test('a stopped origin is not asked any more', async t => {
  const { asked, url } = await setUp(t)
  const backend = await openOrigin({ name: 'legacy', url, health: '/health', checkEveryMs: 5 })
  await backend.stop()
  const before = asked.length
  await new Promise(resolve => setTimeout(resolve, 50))
  assert.ok(asked.length <= before + 1)
  assert.deepEqual(backend.state(), { state: 'stopped' })
})
