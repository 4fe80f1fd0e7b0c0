import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import express from 'express'
import Fastify, { type FastifyInstance } from 'fastify'
import cutover, { type SwitchPluginOptions } from '../../src/library/fastify.ts'
import { eventually } from '../integration/in-process/serve.ts'

const cause = { who: 'test', why: 'because' }

interface Made { readonly app: FastifyInstance, readonly seen: string[], readonly url: () => Promise<string> }

async function made (t: TestContext, legacy: unknown, more: Partial<SwitchPluginOptions> = {}): Promise<Made> {
  const app = Fastify()
  t.after(async () => await app.close())
  await app.register(cutover, {
    legacy: legacy as () => void,
    features: { x: { routes: ['/x', '/x/*'], share: '100%' } },
    journal: false,
    environment: {},
    log: () => {},
    ...more
  })
  const seen: string[] = []
  app.addHook('onRequest', async request => { seen.push(`hook ${request.url}`) })
  app.addHook('preHandler', async request => { seen.push(`body ${JSON.stringify(request.body)}`) })
  app.get('/x', async () => 'candidate')
  app.get('/y', async () => 'never')
  app.post('/x', async request => ({ candidate: request.body }))
  app.get('/x/error', async () => { throw new Error('secret') })
  app.get('/x/hang', async () => await new Promise(() => {}))
  app.get('/x/cookie', async (_, reply) => reply.header('set-cookie', 'leak=1').code(503).send({ secret: 1 }))
  return { app, seen, url: async () => await app.listen({ port: 0, host: '127.0.0.1' }) }
}

function legacyApp () {
  const app = express()
  app.set('env', 'test')
  app.use(express.json())
  app.use((request, response) => { response.set('x-from', 'legacy').json({ legacy: request.method, url: request.url, body: request.body ?? null }) })
  return app
}

async function originOf (t: TestContext, app: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<{ origin: string }> {
  const server = createServer((request, response) => { app(request, response) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.close(); server.closeAllConnections() })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const json = (body: unknown): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

for (const [kind, legacyOf] of [['an Express legacy', async () => legacyApp()], ['an origin legacy', async (t: TestContext) => await originOf(t, legacyApp())]] as const) {
  test(`${kind}: what is its own never reaches Fastify, the rest does`, async t => {
    const { app, seen, url } = await made(t, await legacyOf(t))
    const base = await url()
    const ask = async (path: string, init?: RequestInit): Promise<unknown[]> => {
      const response = await fetch(base + path, init)
      const text = await response.text()
      return [response.status, response.headers.get('x-routed-to'), response.headers.get('x-from'), text]
    }
    assert.deepEqual(await ask('/x'), [200, 'candidate', null, 'candidate'])
    assert.deepEqual(await ask('/x', json({ a: 1 })), [200, 'candidate', null, '{"candidate":{"a":1}}'])
    assert.deepEqual(seen.splice(0), ['hook /x', 'body undefined', 'hook /x', 'body {"a":1}'])
    assert.deepEqual(await ask('/y?q=1'), [200, 'legacy', 'legacy', '{"legacy":"GET","url":"/y?q=1","body":null}'])
    assert.deepEqual(await ask('/y', json({ a: 1 })), [200, 'legacy', 'legacy', '{"legacy":"POST","url":"/y","body":{"a":1}}'])
    assert.deepEqual((await ask('/none/at/all')).slice(0, 3), [200, 'legacy', 'legacy'])
    assert.deepEqual((await ask('/y', { method: 'DELETE' })).slice(0, 3), [200, 'legacy', 'legacy'])
    assert.deepEqual(seen.splice(0), [])
    assert.deepEqual((await ask('/x/none')).slice(0, 3), [404, 'candidate', null], 'its own 404')
    await app.cutover.rollback('x', cause)
    assert.deepEqual((await ask('/x')).slice(0, 3), [200, 'legacy', 'legacy'])
    await app.cutover.setShare('x', 10_000, cause)
    assert.deepEqual(await ask('/x'), [200, 'candidate', null, 'candidate'])
  })

  test(`${kind}: it answers what the candidate fails`, async t => {
    const { url } = await made(t, await legacyOf(t), { timeouts: { firstByte: '100ms' }, breaker: { enabled: false } })
    const base = await url()
    for (const path of ['/x/error', '/x/cookie', '/x/hang', '/x/error?again']) {
      const response = await fetch(base + path)
      assert.deepEqual([response.status, response.headers.get('x-routed-to'), response.headers.get('set-cookie')], [200, 'legacy', null], path)
      assert.equal((await response.json() as { url: string }).url, path)
    }
  })
}

test('requests made with inject are decided too', async t => {
  const { app, seen } = await made(t, legacyApp())
  const ask = async (url: string): Promise<unknown[]> => {
    const { statusCode, headers, body } = await app.inject(url)
    return [statusCode, headers['x-routed-to'], body]
  }
  assert.deepEqual(await ask('/x'), [200, 'candidate', 'candidate'])
  seen.splice(0)
  assert.deepEqual(await ask('/y'), [200, 'legacy', '{"legacy":"GET","url":"/y","body":null}'])
})

test('both addresses of localhost are the switch\'s', async t => {
  const { app } = await made(t, legacyApp())
  await app.listen({ port: 0, host: 'localhost' })
  for (const { address, port, family } of app.addresses() as AddressInfo[]) {
    const response = await fetch(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}/y`)
    assert.equal(response.headers.get('x-routed-to'), 'legacy', address)
  }
})

test('a kept connection stays usable after a fallback and after a large body that nobody read', async t => {
  const { url } = await made(t, (_: unknown, response: ServerResponse) => { response.end('legacy') }, { breaker: { enabled: false } })
  const { port } = new URL(await url())
  const socket = connect(Number(port), '127.0.0.1')
  t.after(() => socket.destroy())
  let text = ''
  socket.on('data', chunk => { text += String(chunk) })
  socket.write('GET /x/error HTTP/1.1\r\nhost: a\r\n\r\n' + `POST /y HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n${'x'.repeat(100_000)}` + 'GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  await once(socket, 'close')
  assert.deepEqual([...text.matchAll(/^x-routed-to: (\w+)/gm)].map(match => match[1]), ['legacy', 'legacy', 'candidate'])
})

test('closing the instance closes the legacy application and the switch', async t => {
  const legacy = Fastify()
  let closed = 0
  legacy.addHook('onClose', async () => { closed++ })
  const { app } = await made(t, legacy)
  await app.ready()
  await app.close()
  await eventually(() => closed === 1, 'the close hook')
})

test('a request that an origin has answered still ends and closes, for whoever else holds it', async t => {
  const { app, url } = await made(t, await originOf(t, legacyApp()))
  const told: string[] = []
  app.server.on('request', (request: IncomingMessage) => request.on('end', () => told.push('end')).on('close', () => told.push('close')))
  const response = await fetch(`${await url()}/other`)
  assert.equal(response.headers.get('x-from'), 'legacy')
  await response.text()
  await eventually(() => told.join() === 'end,close', 'the end of the request')
})
