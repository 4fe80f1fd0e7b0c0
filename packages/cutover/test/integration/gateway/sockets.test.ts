import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect as connectTo, createServer as createTcpServer, type AddressInfo, type Socket as NetSocket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { Server as SocketServer } from 'socket.io'
import { io, type Socket } from 'socket.io-client'
import { listenerFrom } from '../../../src/backends/listener.ts'
import type { BackendName, ListenerTarget } from '../../../src/config/target.ts'
import { openGateway, type GatewayOptions, type TestGateway } from '../../fixtures/wire/gateway.ts'
import { openOrigin, refusing } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

const cause = { who: 'test', why: '' }

interface Side {
  readonly target: URL | ListenerTarget
  readonly sockets: SocketServer
  /** Ids of sessions that its requests were of. */
  readonly sids: Set<string>
}

/** A Socket.IO server that tells its name, in this process or as an origin. */
async function openSide (t: TestContext, name: BackendName, origin: boolean, pingInterval: number): Promise<Side> {
  const server = createServer((request, response) => { response.writeHead(404).end(request.url) })
  const sockets = new SocketServer(server, { pingInterval, pingTimeout: 5_000 })
  sockets.on('connection', socket => { socket.on('who', (answer: (name: string) => void) => answer(name)) })
  const sids = new Set<string>()
  const seen = ({ url }: IncomingMessage): void => {
    const sid = new URL(url!, 'http://x').searchParams.get('sid')
    if (sid !== null) sids.add(sid)
  }
  server.prependListener('request', seen).prependListener('upgrade', seen)
  t.after(() => {
    sockets.engine.close()
    server.close()
    server.closeAllConnections()
  })
  if (!origin) return { target: await listenerFrom(server), sockets, sids }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { target: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), sockets, sids }
}

interface World {
  readonly gateway: TestGateway
  readonly legacy: Side
  readonly candidate: Side
}

async function openWorld (t: TestContext, origin: boolean, { pingInterval = 25_000, ...options }: Partial<GatewayOptions> & { readonly pingInterval?: number } = {}): Promise<World> {
  const [legacy, candidate] = [await openSide(t, 'legacy', origin, pingInterval), await openSide(t, 'candidate', origin, pingInterval)]
  return { legacy, candidate, gateway: await openGateway(t, { legacy: legacy.target, candidate: candidate.target, ...options }) }
}

async function connect (t: TestContext, url: string, transports: string[] = ['polling', 'websocket']): Promise<Socket> {
  const socket = io(url, { forceNew: true, transports, reconnectionDelay: 20, reconnectionDelayMax: 100 })
  t.after(() => { socket.close() })
  await until(() => socket.connected, 'it did not connect')
  if (transports.length > 1) await until(() => socket.io.engine.transport.name === 'websocket', 'it was not upgraded')
  return socket
}

const who = async (socket: Socket): Promise<string> => await socket.timeout(5_000).emitWithAck('who') as string

/** An acknowledgement is lost with its connection. */
async function retried<T> (ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

const shared = (one: ReadonlySet<string>, other: ReadonlySet<string>): string[] => [...one].filter(sid => other.has(sid))

for (const origin of [false, true]) {
  const where = origin ? 'of origins' : 'of backends in this process'

  test(`sockets ${where} stay on their side while the share goes up and down, by every transport`, async t => {
    const { gateway, legacy, candidate } = await openWorld(t, origin, { share: '0%', pingInterval: 100 })
    const { control } = gateway.parts
    const held: Array<{ socket: Socket, id: string | undefined, side: string }> = []
    const all = [['polling'], ['websocket'], ['polling', 'websocket']]
    for (const share of [0, 5_000, 10_000, 5_000, 0]) {
      await control.setShare('all', share, cause)
      for (const transports of all) {
        const socket = await connect(t, gateway.url, transports)
        held.push({ socket, id: socket.id, side: await who(socket) })
      }
      for (const { socket, id, side } of held) {
        assert.equal(await who(socket), side)
        assert.equal(socket.id, id)
      }
    }
    assert.deepEqual(shared(legacy.sids, candidate.sids), [])
    assert.ok(legacy.sids.size > 0 && candidate.sids.size > 0)
  })

  test(`a poll ${where} may be held for longer than an answer may take to begin`, async t => {
    const { gateway, legacy } = await openWorld(t, origin, { config: { timeouts: { firstByte: '150ms' } } })
    const socket = await connect(t, gateway.url, ['polling'])
    const { id } = socket
    let left = false
    socket.on('disconnect', () => { left = true })
    const start = performance.now()
    await until(() => performance.now() - start > 700, '')
    assert.deepEqual([left, socket.id, await who(socket)], [false, id, 'candidate'])
    assert.deepEqual([legacy.sids.size, gateway.problems()], [0, []])
  })

  test(`what a backend ${where} fails of a session is never asked of the other`, async t => {
    const { gateway, legacy, candidate } = await openWorld(t, origin)
    const socket = await connect(t, gateway.url, ['polling'])
    const sid = socket.io.engine.id
    candidate.sockets.httpServer.removeAllListeners('request')
    candidate.sockets.httpServer.on('request', (_, response) => { response.writeHead(500).end('broken') })
    for (const method of ['GET', 'HEAD', 'POST']) {
      const answer = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method })
      assert.equal(answer.status, 500, method)
    }
    assert.equal(legacy.sids.has(sid!), false)
    // The client gives the session up and opens another, which legacy may answer.
    socket.emit('who', () => {})
    await until(() => socket.connected && socket.io.engine.id !== sid, 'it did not reconnect')
    assert.equal(await who(socket), 'legacy')
  })

  test(`a rollback moves sockets ${where} to legacy, those of legacy stay`, async t => {
    const { gateway } = await openWorld(t, origin, { share: '0%' })
    const { control } = gateway.parts
    const stays = await Promise.all([['polling'], ['websocket']].map(transports => connect(t, gateway.url, transports)))
    const stayed = stays.map(({ id }) => id)
    await control.setShare('all', 10_000, cause)
    const moves = await Promise.all([['polling'], ['websocket'], ['polling', 'websocket']].map(transports => connect(t, gateway.url, transports)))
    assert.deepEqual(await Promise.all(moves.map(who)), ['candidate', 'candidate', 'candidate'])
    const ids = moves.map(({ id }) => id)
    await control.rollback('all', cause)
    await until(() => moves.every(({ connected, id }, place) => connected && id !== ids[place]), 'they were not moved')
    assert.deepEqual(await Promise.all(moves.map(who)), ['legacy', 'legacy', 'legacy'])
    assert.deepEqual(stays.map(({ id }) => id), stayed)
  })

  test(`how long polls ${where} were held is no latency, on either side`, async t => {
    const { gateway } = await openWorld(t, origin, { share: '0%', pingInterval: 300 })
    const { control, registry } = gateway.parts
    for (const side of ['legacy', 'candidate'] as const) {
      await control.setShare('all', side === 'legacy' ? 0 : 10_000, cause)
      const socket = await connect(t, gateway.url, ['polling'])
      let pings = 0
      socket.io.on('ping', () => { pings++ })
      await until(() => pings === 3, 'no pings came')
      const { requests, p99Ms } = registry.stats('all', side)
      assert.ok(requests > 3, `${requests} requests`)
      assert.ok(p99Ms !== null && p99Ms < 250, `p99 of ${p99Ms} ms`)
      socket.close()
    }
  })

  test(`closing the switch does not wait for polls ${where}`, async t => {
    const { gateway } = await openWorld(t, origin, { share: '50%', config: { timeouts: { shutdown: '20s' } } })
    await Promise.all(Array.from({ length: 4 }, () => connect(t, gateway.url, ['polling'])))
    const start = performance.now()
    await gateway.close()
    assert.ok(performance.now() - start < 10_000)
  })
}

test('sessions that a switch does not know, as after its restart, are given up and opened anew', async t => {
  const { gateway, legacy, candidate } = await openWorld(t, true, { share: '50%' })
  const second = await openGateway(t, { legacy: legacy.target as URL, candidate: candidate.target as URL, share: '50%' })
  let url = new URL(gateway.url)
  const connections = new Set<NetSocket>()
  const front = createTcpServer(client => {
    const upstream = connectTo(Number(url.port), url.hostname)
    for (const socket of [client, upstream]) {
      connections.add(socket)
      socket.on('error', () => {}).on('close', () => { client.destroy(); upstream.destroy() })
    }
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(front, 'listening')
  t.after(() => { front.close() })
  const address = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
  const sockets = await Promise.all([...Array(6).keys()].map(place => connect(t, address, place < 4 ? ['polling'] : ['polling', 'websocket'])))
  url = new URL(second.url)
  for (const connection of connections) connection.destroy()
  await until(() => sockets.every(({ connected, io }) => connected && io.engine.transport.writable), 'some did not come back')
  const sides = await Promise.all(sockets.map(async socket => await retried(() => who(socket))))
  const { sessions } = second.parts.routing
  for (const [place, side] of sides.entries()) assert.equal(sessions.backendOf(`/?EIO=4&sid=${sockets[place]!.io.engine.id}`), side)
})

test('the answer that opens a session may come in pieces', async t => {
  const opening = '0{"sid":"in-pieces","upgrades":[]}'
  const candidate = await openOrigin(t, {
    async request ({ line }, { socket }) {
      if (line.includes('sid=')) {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nmine!')
        return
      }
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${opening.length}\r\n\r\n`)
      for (const piece of opening.match(/.{1,9}/g)!) {
        await new Promise(resolve => setTimeout(resolve, 20))
        socket.write(piece)
      }
    }
  })
  const gateway = await openGateway(t, { legacy: await refusing(), candidate: candidate.url })
  assert.equal(await (await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`)).text(), opening)
  await gateway.parts.control.setShare('all', 0, cause)
  assert.equal(await (await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling&sid=in-pieces`)).text(), 'mine!')
})

test('requests of sessions are not shadowed: the other side knows nothing of them', async t => {
  const { gateway, legacy, candidate } = await openWorld(t, true, { config: { shadow: { share: '100%' } } })
  let opened = 0
  legacy.sockets.engine.on('connection', () => { opened++ })
  const socket = await connect(t, gateway.url, ['polling'])
  assert.equal(await who(socket), 'candidate')
  // Whatever else is skipped under load, these are skipped for what they are.
  assert.ok((gateway.parts.observation.shadowStatus().features[0]?.skipped.stream ?? 0) >= 3, JSON.stringify(gateway.parts.observation.shadowStatus()))
  assert.deepEqual([opened, [...legacy.sids], candidate.sids.size], [0, [], 1])
})
