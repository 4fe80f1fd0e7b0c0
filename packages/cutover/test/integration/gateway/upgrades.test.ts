import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import { Server as SocketServer } from 'socket.io'
import { io } from 'socket.io-client'
import { WebSocket, WebSocketServer } from 'ws'
import { listenerFrom } from '../../../src/backends/listener.ts'
import type { ListenerTarget } from '../../../src/config/target.ts'
import { openClient } from '../../fixtures/wire/client.ts'
import { openGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin, refusing } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

const handshake = 'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** An HTTP server that echoes messages, each with its name first; not listening. */
function echoServer (name: string) {
  const server = createServer((_, response) => response.end(`${name} over HTTP`))
  const sockets = new WebSocketServer({ server, path: '/ws' })
  sockets.on('connection', socket => {
    socket.on('message', (data, binary) => {
      if (String(data) === 'bye') socket.close(4000, 'you asked')
      else socket.send(binary ? data : `${name}:${data}`, { binary })
    })
  })
  return { server, sockets }
}

async function echoOrigin (t: TestContext, name: string) {
  const { server, sockets } = echoServer(name)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
    server.closeAllConnections()
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), sockets }
}

async function fastifyEcho (): Promise<ListenerTarget> {
  const app = Fastify()
  await app.register(websocket)
  app.register(async scope => {
    scope.get('/ws', { websocket: true }, socket => {
      socket.on('message', (data: Buffer, binary: boolean) => {
        if (String(data) === 'bye') socket.close(4000, 'you asked')
        else socket.send(binary ? data : `fastify:${data}`, { binary })
      })
    })
  })
  return await listenerFrom(app)
}

async function connected (t: TestContext, url: string): Promise<WebSocket> {
  const client = new WebSocket(url.replace('http', 'ws') + '/ws')
  t.after(() => client.terminate())
  await once(client, 'open')
  return client
}

async function says (client: WebSocket, text: string): Promise<string> {
  const answer = once(client, 'message')
  client.send(text)
  return String((await answer)[0])
}

const kinds: Record<string, (t: TestContext) => Promise<URL | ListenerTarget>> = {
  'an origin': async t => (await echoOrigin(t, 'echo')).url,
  'an http.Server in this process': async () => await listenerFrom(echoServer('echo').server),
  'Fastify in this process': fastifyEcho
}

for (const [kind, make] of Object.entries(kinds)) {
  test(`a WebSocket reaches ${kind}: small and large messages, closes from both sides`, async t => {
    const gateway = await openGateway(t, { legacy: await refusing(), candidate: await make(t) })
    const client = await connected(t, gateway.url)
    assert.match(await says(client, 'hello'), /^(echo|fastify):hello$/)
    for (const size of [125, 65_535, 5_000_000]) {
      const answer = once(client, 'message')
      client.send(Buffer.alloc(size, 'ab'))
      assert.ok(Buffer.alloc(size, 'ab').equals((await answer)[0] as Buffer), `${size}`)
    }
    const closed = once(client, 'close')
    client.send('bye')
    assert.deepEqual(((await closed) as [number, Buffer]).map(String), ['4000', 'you asked'])
    const second = await connected(t, gateway.url)
    second.close(1000)
    assert.equal((await once(second, 'close'))[0], 1000)
  })
}

test('what a backend sent before it closed reaches a slow client whole', async t => {
  const origin = await openOrigin(t, {
    request: (_, { socket }) => { socket.end(Buffer.concat([Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'), Buffer.alloc(8_000_000, 'z')])) }
  })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  const client = await openClient(t, gateway.url)
  client.socket.pause()
  client.send(handshake)
  await until(() => origin.requests.length === 1, 'no handshake')
  const start = performance.now()
  await until(() => performance.now() - start > 300, '')
  client.socket.resume()
  const text = await client.over()
  assert.equal(text.length - text.indexOf('\r\n\r\n') - 4, 8_000_000)
})

test('when the candidate is not there, legacy takes the handshake', async t => {
  const gateway = await openGateway(t, { legacy: (await echoOrigin(t, 'legacy')).url, candidate: await refusing() })
  assert.equal(await says(await connected(t, gateway.url), 'hello'), 'legacy:hello')
  assert.equal(gateway.problems().length, 1)
})

test('an upgrade carries the request id to the origin and back, and says who took it', async t => {
  const { url, sockets } = await echoOrigin(t, 'legacy')
  const seen = once(sockets, 'connection')
  const gateway = await openGateway(t, { legacy: url, candidate: await refusing() })
  const client = new WebSocket(gateway.url.replace('http', 'ws') + '/ws', { headers: { 'x-request-id': 'mine-1' } })
  t.after(() => client.terminate())
  const [answer] = await once(client, 'upgrade')
  assert.equal(answer.headers['x-request-id'], 'mine-1')
  assert.equal(answer.headers['x-routed-to'], 'legacy')
  const [, request] = await seen
  assert.equal(request.headers['x-request-id'], 'mine-1')
})

test('a write that asks for an upgrade is given to one backend only', async t => {
  const legacy = await openOrigin(t, always(ok('legacy', 'Connection: close\r\n')))
  const candidate = await openOrigin(t, always(ok('broken', 'Connection: close\r\n', '500 No')))
  const gateway = await openGateway(t, { legacy: legacy.url, candidate: candidate.url })
  const client = await openClient(t, gateway.url)
  client.send(handshake.replace('GET', 'POST'))
  assert.match(await client.over(), /^HTTP\/1.1 500 [^]*broken$/)
  assert.equal(legacy.requests.length, 0)
})

test('an upgrade with a body is served as a plain request', async t => {
  const origin = await openOrigin(t, { request: ({ body }, connection) => connection.send(ok(`got ${body}`)) })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  const client = await openClient(t, gateway.url)
  client.send('POST /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello')
  await client.sees(/got hello$/)
})

test('neither backend there: a 502, told once', async t => {
  const gateway = await openGateway(t, { legacy: await refusing(), candidate: await refusing() })
  const client = await openClient(t, gateway.url)
  client.send(handshake)
  assert.match(await client.over(), /^HTTP\/1.1 502 [^]*CUT_UPSTREAM_UNREACHABLE/)
  assert.equal(gateway.problems().filter(line => line.startsWith('CUT')).length, 1)
})

test('a backend that hangs on a handshake is a 504', async t => {
  const origin = await openOrigin(t)
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, share: '0%', config: { timeouts: { connect: '200ms', firstByte: '200ms' } } })
  const client = await openClient(t, gateway.url)
  client.send(handshake)
  assert.match(await client.over(), /^HTTP\/1.1 504 [^]*CUT_UPSTREAM_TIMEOUT/)
})

test('an answer other than 101 is relayed, and a cut in it is a cut', async t => {
  const origin = await openOrigin(t, always(ok('who are you', 'X-Why: no\r\nKeep-Alive: timeout=9\r\n', '401 No')))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  const client = await openClient(t, gateway.url)
  client.send(handshake)
  const answer = await client.over()
  assert.match(answer, /^HTTP\/1.1 401 No\r\nX-Why: no\r\n[^]*\r\n\r\nwho are you$/)
  assert.doesNotMatch(answer, /timeout=9/)
  origin.script = { request: (_, { socket }) => { socket.end('HTTP/1.1 401 No\r\nContent-Length: 50\r\n\r\nwho') } }
  const second = await openClient(t, gateway.url)
  second.send(handshake)
  assert.match(await second.over(), /who$/)
})

test('a client that leaves ends the tunnel, and one that leaves in the handshake ends that', async t => {
  const { url, sockets } = await echoOrigin(t, 'echo')
  const gateway = await openGateway(t, { legacy: url, candidate: url })
  const client = await connected(t, gateway.url)
  client.terminate()
  await until(() => sockets.clients.size === 0, 'the backend still has the socket')
  const hanging = await openOrigin(t)
  const second = await openGateway(t, { legacy: hanging.url, candidate: hanging.url })
  const raw = await openClient(t, second.url)
  raw.send(handshake)
  await until(() => hanging.requests.length === 1, 'no handshake')
  raw.reset()
  await until(() => hanging.open.size === 0, 'the handshake is still open')
})

test('an offer of h2c, and an upgrade that the listener does not know, are served as plain', async t => {
  const { server } = { server: createServer((request, response) => response.end(`plain ${request.url} ${request.headers.upgrade ?? 'no'}`)) }
  const origin = await openOrigin(t, always(ok('plain')))
  for (const candidate of [await listenerFrom(server), origin.url]) {
    const gateway = await openGateway(t, { legacy: await refusing(), candidate })
    for (const protocol of candidate === origin.url ? ['h2c'] : ['h2c', 'websocket']) {
      const client = await openClient(t, gateway.url)
      client.send(`GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`)
      await client.sees(/\r\n\r\nplain/)
      client.send('GET /y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      assert.match(await client.over(), /plain[^]*\r\n\r\nplain/)
      const last = await openClient(t, gateway.url)
      last.send(`GET /x HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`)
      assert.match(await last.over(), /Connection: close\r\n/i)
    }
  }
})

test('closing the switch ends what was upgraded', async t => {
  for (const make of [kinds['an origin']!, kinds['an http.Server in this process']!]) {
    const gateway = await openGateway(t, { legacy: await refusing(), candidate: await make(t), config: { timeouts: { shutdown: '1s' } } })
    const client = await connected(t, gateway.url)
    const closed = once(client, 'close')
    const start = performance.now()
    await gateway.close()
    await closed
    assert.ok(performance.now() - start < 4_000)
  }
})

async function socketBackend (t: TestContext, name: string, origin: boolean): Promise<URL | ListenerTarget> {
  const server = createServer()
  const sockets = new SocketServer(server)
  sockets.on('connection', socket => { socket.on('who', (answer: (name: string) => void) => answer(name)) })
  t.after(() => { sockets.close() })
  if (!origin) return await listenerFrom(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

for (const origin of [false, true]) {
  test(`Socket.IO through a split stays on one ${origin ? 'origin' : 'backend in this process'}, from polling to WebSocket, and reconnects`, async t => {
    let draw = 0
    const gateway = await openGateway(t, {
      legacy: await socketBackend(t, 'legacy', origin),
      candidate: await socketBackend(t, 'candidate', origin),
      share: '50%',
      // The worst split: each request without a session goes to the other side.
      random: () => draw++ % 2 === 0 ? 0.1 : 0.9
    })
    const seen = new Set<string>()
    for (let i = 0; i < 6; i++) {
      const client = io(gateway.url, { forceNew: true, reconnectionDelay: 10 })
      t.after(() => client.close())
      await once(client as never, 'connect')
      if (client.io.engine.transport.name !== 'websocket') await new Promise<void>(resolve => client.io.engine.once('upgrade', () => resolve()))
      const name = await client.emitWithAck('who') as string
      seen.add(name)
      assert.equal(await client.emitWithAck('who'), name)
      if (i === 0) {
        client.io.engine.close()
        await once(client as never, 'connect')
        assert.match(await client.emitWithAck('who') as string, /legacy|candidate/)
      }
      client.close()
    }
    assert.ok(seen.size > 0)
  })
}
