import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ManagerOptions } from 'socket.io-client'
import { createBus } from '../../realtime/bus.ts'
import { ann, annsNote, bob, client, collect, connect, event, note, openFace, page, until } from './chat.ts'

const ways: Record<string, Partial<ManagerOptions>> = {
  'long polling': { transports: ['polling'] },
  WebSocket: { transports: ['websocket'] },
  'polling, then WebSocket': {}
}

for (const [way, options] of Object.entries(ways)) {
  test(`over ${way}: joins, hears of the room until it leaves, and of its own user always`, async t => {
    const { url, bus } = await openFace(t)
    const socket = await connect(t, url, ann, options)
    const seen = collect(socket, 'note:updated')
    bus.publish({ room: note, name: 'note:updated', payload: { version: 0 } })
    assert.deepEqual(await socket.emitWithAck('join-room', note), { ok: true })
    assert.deepEqual(await socket.emitWithAck('join-room', note), { ok: true })
    bus.publish({ room: note, name: 'note:updated', payload: { version: 1 } })
    await until(() => seen.length === 1, 'nothing was heard of the room')
    assert.deepEqual(await socket.emitWithAck('leave-room', note), { ok: true })
    bus.publish({ room: note, name: 'note:updated', payload: { version: 2 } })
    bus.publish({ room: `user:${bob}`, name: 'task:created', payload: {} })
    const own = event(socket, 'task:created')
    bus.publish({ room: `user:${ann}`, name: 'task:created', payload: { id: 7 } })
    assert.deepEqual(await own, { id: 7 })
    assert.deepEqual(seen, [{ version: 1 }])
  })
}

test('a session in a cookie is as good as a token, and nobody\'s is refused by both', async t => {
  const { url } = await openFace(t)
  for (const transports of [['polling'], ['websocket']]) {
    await connect(t, url, ann, { transports, auth: {}, extraHeaders: { cookie: `session=${ann}` } })
    for (const wrong of [{ auth: {} }, { auth: { token: 'forged' } }, { auth: { token: { odd: 1 } } }, { auth: {}, extraHeaders: { cookie: 'session=forged' } }]) {
      const socket = client(t, url, ann, { transports, ...wrong }).connect()
      const error = await event(socket, 'connect_error') as { data: unknown }
      assert.deepEqual(error.data, { error: { code: 'UNAUTHENTICATED', message: 'Sign in first.' } })
    }
  }
})

test('an authentication that breaks lets nobody in', async t => {
  const { url } = await openFace(t, { authenticate: async () => { throw new Error('the database is down') } })
  const error = await event(client(t, url, ann).connect(), 'connect_error') as { data: { error: { code: string } } }
  assert.equal(error.data.error.code, 'INTERNAL_ERROR')
})

test('a connection ends with its session', async t => {
  const { url } = await openFace(t, { authenticate: async () => ({ userId: ann, expires: Date.now() + 300 }) })
  const socket = await connect(t, url, ann)
  assert.equal(await event(socket, 'disconnect'), 'io server disconnect')
})

test('pages of other origins cannot connect, by neither transport', async t => {
  const { url } = await openFace(t)
  for (const transports of [['polling'], ['websocket']]) {
    await connect(t, url, ann, { transports, extraHeaders: { origin: page } })
    for (const origin of ['https://evil.example', `${page}.evil.example`, 'null']) {
      const error = await event(client(t, url, ann, { transports, extraHeaders: { origin } }).connect(), 'connect_error') as { data?: unknown }
      assert.equal(error.data, undefined)
    }
  }
})

test('a note\'s room is for those who may read it; others cannot tell it from one that does not exist', async t => {
  const { url, bus } = await openFace(t)
  const socket = await connect(t, url, bob)
  const seen = collect(socket, 'note:updated')
  const refusals = [annsNote, `note:${'9'.repeat(24)}`, 'note:9', `user:${ann}`, socket.id, '', 7, null, { room: note }, [note]]
  for (const room of refusals) assert.equal((await socket.emitWithAck('join-room', room)).error.code, 'ROOM_NOT_FOUND', JSON.stringify(room))
  for (const room of [annsNote, `user:${ann}`]) bus.publish({ room, name: 'note:updated', payload: {} })
  assert.deepEqual(await socket.emitWithAck('join-room', `user:${bob}`), { ok: true })
  assert.equal((await socket.emitWithAck('leave-room', `user:${bob}`)).error.code, 'ROOM_NOT_FOUND')
  assert.deepEqual(seen, [])
})

test('whoever loses a note is taken out of its room, and nobody else', async t => {
  const { url, bus } = await openFace(t)
  const [anns, bobs] = [await connect(t, url, ann), await connect(t, url, bob)]
  const [heardByAnn, heardByBob] = [collect(anns, 'note:updated'), collect(bobs, 'note:updated')]
  for (const socket of [anns, bobs]) await socket.emitWithAck('join-room', note)
  bus.evict(bob, note)
  bus.publish({ room: note, name: 'note:updated', payload: {} })
  await until(() => heardByAnn.length === 1, 'Ann heard nothing')
  await bobs.emitWithAck('leave-room', note)
  assert.deepEqual(heardByBob, [])
})

test('a broadcast reaches the others in the room, of both faces, and not its sender', async t => {
  const bus = createBus()
  const [legacy, candidate] = [await openFace(t, { bus }), await openFace(t, { bus })]
  const sender = await connect(t, legacy.url, ann)
  const others = [await connect(t, legacy.url, bob), await connect(t, candidate.url, bob)]
  const heard = [sender, ...others].map(socket => collect(socket, 'room-message'))
  assert.equal((await sender.emitWithAck('broadcast', { room: note, payload: 1 })).error.code, 'ROOM_NOT_JOINED')
  assert.equal((await sender.emitWithAck('broadcast', { room: sender.id, payload: 1 })).error.code, 'ROOM_NOT_JOINED')
  for (const odd of [undefined, null, 'text', {}, { room: 7, payload: 1 }, { room: note }]) {
    assert.equal((await sender.emitWithAck('broadcast', odd)).error.code, 'MESSAGE_INVALID', JSON.stringify(odd))
  }
  for (const socket of [sender, ...others]) await socket.emitWithAck('join-room', note)
  assert.deepEqual(await sender.emitWithAck('broadcast', { room: note, payload: 'Y2lwaGVy' }), { ok: true })
  await until(() => heard[1]!.length + heard[2]!.length === 2, 'the others heard nothing')
  assert.deepEqual(heard, [[], ...others.map(() => [{ room: note, from: ann, payload: 'Y2lwaGVy' }])])
})

test('an event published by one face is heard once by each socket of both, in order', async t => {
  const bus = createBus()
  const faces = [await openFace(t, { bus }), await openFace(t, { bus })]
  const heard: Array<Array<{ n: number }>> = []
  for (const { url } of faces) {
    for (const transports of [['polling'], ['websocket']]) {
      const socket = await connect(t, url, ann, { transports })
      heard.push(collect<{ n: number }>(socket, 'note:updated'))
      await socket.emitWithAck('join-room', note)
    }
  }
  for (let n = 0; n < 20; n++) bus.publish({ room: note, name: 'note:updated', payload: { n } })
  await until(() => heard.every(list => list.length >= 20), 'not all was heard')
  for (const list of heard) assert.deepEqual(list.map(({ n }) => n), [...Array(20).keys()])
})

test('one socket joins no more rooms than it may, however many it asks for at once', async t => {
  const { url } = await openFace(t, { mayJoin: async () => true, limits: { roomsPerSocket: 3 } })
  const socket = await connect(t, url, ann)
  const answers = await Promise.all([1, 2, 3, 4, 5].map(n => socket.emitWithAck('join-room', `note:${String(n).repeat(24)}`)))
  assert.equal(answers.filter(answer => answer.ok === true).length, 3)
  assert.equal(answers.filter(answer => answer.error?.code === 'ROOM_LIMIT_REACHED').length, 2)
})

test('too many messages are refused, and whoever goes on is disconnected', async t => {
  const { url } = await openFace(t, { limits: { messagesPerSecond: 1, burst: 5 } })
  const socket = await connect(t, url, ann, { reconnection: false })
  const gone = event(socket, 'disconnect')
  const answers = await Promise.all([...Array(8).keys()].map(() => socket.emitWithAck('leave-room', note)))
  assert.equal(answers.filter(answer => answer.error?.code === 'RATE_LIMITED').length, 3)
  for (let n = 0; n < 200; n++) socket.emit('leave-room', note)
  assert.equal(await gone, 'io server disconnect')
})

test('a message that is too large ends the connection', async t => {
  for (const transports of [['polling'], ['websocket']]) {
    const { url } = await openFace(t, { limits: { messageBytes: 1_000 } })
    const socket = await connect(t, url, ann, { transports, reconnection: false })
    const gone = event(socket, 'disconnect')
    socket.emit('broadcast', { room: note, payload: 'x'.repeat(5_000) })
    assert.match(String(await gone), /transport/)
  }
})

test('events of other names are refused, and names of built-in properties are no events', async t => {
  const { url } = await openFace(t)
  const socket = await connect(t, url, ann)
  for (const name of ['nothing', 'constructor', '__proto__', 'toString']) assert.equal((await socket.emitWithAck(name, 1)).error.code, 'EVENT_UNKNOWN')
})

test('a rule that breaks is an error with a code, logged, and the connection stays', async t => {
  const logged: object[] = []
  const { url } = await openFace(t, { mayJoin: async () => { throw new Error('the database is down') }, log: { error: details => { logged.push(details) } } })
  const socket = await connect(t, url, ann)
  assert.deepEqual(await socket.emitWithAck('join-room', note), { error: { code: 'INTERNAL_ERROR', message: 'Something went wrong.' } })
  assert.equal(logged.length, 1)
  assert.equal(socket.connected, true)
})

test('a join whose answer comes after its socket has left leaves nobody in the room', async t => {
  let allow = (_: boolean): void => {}
  const asked = new Promise<boolean>(resolve => { allow = resolve })
  const bus = createBus()
  let rooms: ReadonlyMap<string, unknown> | undefined
  const watched = { ...bus, attach: (sockets: Parameters<typeof bus.attach>[0]) => { rooms = sockets.of('/').adapter.rooms; return bus.attach(sockets) } }
  const { url } = await openFace(t, { bus: watched, mayJoin: async () => await asked })
  const socket = await connect(t, url, ann)
  socket.emit('join-room', note)
  await socket.emitWithAck('leave-room', note)
  socket.close()
  await until(() => rooms!.size === 0, 'the socket is still there')
  allow(true)
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(rooms!.size, 0)
})

test('the rest of the server is as it was, and closing ends the connections, whose clients try again', async t => {
  const { url, close } = await openFace(t)
  assert.equal(await (await fetch(`${url}/anything`)).text(), 'plain')
  const sockets = [await connect(t, url, ann, { transports: ['polling'] }), await connect(t, url, ann, { transports: ['websocket'] })]
  const gone = sockets.map(socket => event(socket, 'disconnect'))
  const tries = sockets.map(socket => new Promise(resolve => socket.io.once('reconnect_attempt', resolve)))
  await close()
  for (const reason of await Promise.all(gone)) assert.match(String(reason), /^transport/)
  await Promise.all(tries)
})
