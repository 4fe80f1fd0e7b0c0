import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectTo, type Server as NetServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { findPort } from '@cutover-examples/runtime/free-port'
import { createBus, type Bus } from '../../realtime/bus.ts'
import { openRedisLink } from '../../realtime/redis-link.ts'
import { ann, bob, collect, connect, note, openFace, until } from './chat.ts'

const missing = spawnSync('redis-server', ['--version']).status !== 0
if (missing && process.env.CUTOVER_CI === '1') throw new Error('redis-server is not installed: apt-get install redis-server')
const skip = missing ? 'redis-server is not installed: apt-get install redis-server' : false

async function startRedis (t: TestContext, port: number): Promise<() => Promise<void>> {
  const child: ChildProcess = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { stdio: 'ignore' })
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  t.after(stop)
  let open = false
  await until(() => {
    const probe = connectTo(port, '127.0.0.1', () => { open = true; probe.destroy() }).on('error', () => {})
    return open
  }, 'Redis did not start')
  return stop
}

/** The bus of one process, as far as Redis can tell. */
function processBus (t: TestContext, port: number): { bus: Bus, warnings: string[], news: string[] } {
  const warnings: string[] = []
  const news: string[] = []
  const bus = createBus(openRedisLink({ url: `redis://127.0.0.1:${port}`, log: { warn: (_, message) => { warnings.push(message) }, info: message => { news.push(message) } } }))
  t.after(() => bus.close())
  return { bus, warnings, news }
}

/** Publishes until it is heard: how soon a subscription stands is Redis's business. */
async function joined (bus: Bus, heard: unknown[]): Promise<void> {
  await until(() => {
    bus.publish({ room: note, name: 'probe', payload: {} })
    return heard.length > 0
  }, 'the processes do not hear of each other')
}

test('a write in one process is heard once by each socket of the others, and so are broadcasts and evictions', { skip }, async t => {
  const port = await findPort()
  await startRedis(t, port)
  const [first, second] = [processBus(t, port).bus, processBus(t, port).bus]
  // The first process holds both faces.
  const faces = [await openFace(t, { bus: first }), await openFace(t, { bus: first }), await openFace(t, { bus: second })]
  const sockets = await Promise.all(faces.map(face => connect(t, face.url, face === faces[2] ? bob : ann)))
  const heard = sockets.map(socket => collect<{ n: number }>(socket, 'note:updated'))
  const messages = sockets.map(socket => collect(socket, 'room-message'))
  const probes = sockets.map(socket => collect(socket, 'probe'))
  for (const socket of sockets) await socket.emitWithAck('join-room', note)
  await joined(first, probes[2]!)
  probes[0]!.length = 0
  await until(() => { second.publish({ room: note, name: 'probe', payload: {} }); return probes[0]!.length > 0 }, 'the first process hears nothing')
  for (let n = 0; n < 20; n++) (n % 2 === 0 ? first : second).publish({ room: note, name: 'note:updated', payload: { n } })
  await until(() => heard.every(list => list.length >= 20), () => `heard ${heard.map(list => list.length).join(', ')} of 20`)
  assert.deepEqual(await sockets[2]!.emitWithAck('broadcast', { room: note, payload: 'hi' }), { ok: true })
  await until(() => messages[0]!.length > 0 && messages[1]!.length > 0, 'the broadcast was not heard')
  second.evict(ann, note)
  await until(() => faces[0]!.members() + faces[1]!.members() === 0, 'the eviction did not reach the first process')
  assert.deepEqual(heard.map(list => [...list].map(({ n }) => n).sort((a, b) => a - b)), heard.map(() => [...Array(20).keys()]))
  assert.deepEqual(messages.map(list => list.length), [1, 1, 0])
})

test('without Redis nothing waits, throws or is lost in the process; it is told once, and heals by itself', { skip }, async t => {
  const port = await findPort()
  const [one, two] = [processBus(t, port), processBus(t, port)]
  const faces = [await openFace(t, { bus: one.bus }), await openFace(t, { bus: two.bus })]
  const sockets = await Promise.all(faces.map(({ url }) => connect(t, url, ann)))
  const heard = sockets.map(socket => collect(socket, 'note:updated'))
  const probes = sockets.map(socket => collect(socket, 'probe'))
  for (const socket of sockets) await socket.emitWithAck('join-room', note)
  const publish = (): number => {
    const start = performance.now()
    for (let n = 0; n < 5_000; n++) one.bus.publish({ room: note, name: 'note:updated', payload: { n } })
    return performance.now() - start
  }
  assert.ok(publish() < 5_000)
  await until(() => heard[0]!.length === 5_000, 'the process itself lost some')
  await until(() => one.warnings.length > 0 && two.warnings.length > 0, 'nobody was told')
  const stop = await startRedis(t, port)
  await joined(one.bus, probes[1]!)
  await stop()
  await until(() => one.news.length === 1, 'its return was not told')
  publish()
  await until(() => heard[0]!.length === 10_000, 'the process itself lost some')
  await until(() => one.warnings.length === 2, 'the second failure was not told')
  probes[1]!.length = 0
  await startRedis(t, port)
  await joined(one.bus, probes[1]!)
  assert.equal(one.warnings.length, 2)
})

test('a Redis that hangs delays nothing', { skip }, async t => {
  const { createServer } = await import('node:net')
  const silent: NetServer = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => { silent.close() })
  const { bus } = processBus(t, (silent.address() as { port: number }).port)
  const { url } = await openFace(t, { bus })
  const socket = await connect(t, url, ann)
  const heard = collect(socket, 'note:updated')
  await socket.emitWithAck('join-room', note)
  for (let n = 0; n < 3_000; n++) bus.publish({ room: note, name: 'note:updated', payload: { n } })
  await until(() => heard.length === 3_000, 'events were lost')
})
