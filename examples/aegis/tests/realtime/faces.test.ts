import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { createSwitch, type Switch } from 'cutover'
import { io, type ManagerOptions, type Socket } from 'socket.io-client'
import config from '../../cutover.config.ts'
import { buildFaces } from '../../faces.ts'
import { demoUsers } from '../../data/seed.ts'
import { keepRooms } from '../../realtime/keep-rooms.ts'
import type { OpenServices } from '../../services.ts'
import { faceNames, openFace, openWorld, type World } from '../world.ts'
import { collect, event, until } from './chat.ts'

const [ada, grace] = demoUsers

let world: World
before(async () => { world = await openWorld() })
after(async () => { await world.close() })

interface User {
  readonly token: string
  readonly cookie: string
}

async function signIn (url: string, { email, authHash }: { readonly email: string, readonly authHash: string }): Promise<User> {
  const answer = await fetch(`${url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, authHash }) })
  assert.equal(answer.status, 200, await answer.clone().text())
  const { token } = await answer.json() as { token: string }
  return { token, cookie: answer.headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ') }
}

async function createTask (url: string, { token }: User): Promise<string> {
  const answer = await fetch(`${url}/api/tasks`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ encryptedText: 'Y2lwaGVy' }) })
  assert.equal(answer.status, 201, await answer.clone().text())
  return (await answer.json() as { id: string }).id
}

async function createNote (url: string, { token }: User): Promise<string> {
  const answer = await fetch(`${url}/api/notes`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ encryptedTitle: 'Y2lwaGVy' }) })
  assert.equal(answer.status, 201, await answer.clone().text())
  return (await answer.json() as { id: string }).id
}

async function connect (t: TestContext, url: string, { token }: User, options: Partial<ManagerOptions> = {}): Promise<Socket> {
  const socket = io(url, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100, auth: { token }, ...options })
  t.after(() => { socket.close() })
  await event(socket, 'connect')
  return socket
}

async function openSwitch (t: TestContext, services: OpenServices): Promise<{ app: Switch, url: string }> {
  const app = await createSwitch({ ...config, ...await buildFaces(services), environment: {}, folder: import.meta.dirname, journal: false, log: () => {} })
  t.after(async () => { await app.close() })
  return { app, url: (await app.listen({ host: '127.0.0.1', port: 0 })).replace(/\/$/, '') }
}

test('a write through each face reaches the sockets of both, by session token and by cookie', async t => {
  const services = await world.services()
  const faces = await Promise.all(faceNames.map(name => openFace(name, services)))
  t.after(async () => {
    for (const face of faces) await face.close()
    await services.close()
  })
  const user = await signIn(faces[0]!.url, ada!)
  const stranger = await signIn(faces[1]!.url, grace!)
  const heard: Array<Array<{ id: string }>> = []
  for (const { url } of faces) {
    for (const transports of [['polling'], ['websocket']]) {
      heard.push(collect(await connect(t, url, user, { transports }), 'task:created'))
      const byCookie = io(url, { forceNew: true, transports, extraHeaders: { cookie: user.cookie } })
      t.after(() => { byCookie.close() })
      await event(byCookie, 'connect')
      heard.push(collect(byCookie, 'task:created'))
    }
  }
  const strangers = collect(await connect(t, faces[0]!.url, stranger), 'task:created')
  const ids = [await createTask(faces[0]!.url, user), await createTask(faces[1]!.url, user)]
  await until(() => heard.every(list => list.length === 2), 'not all was heard')
  for (const list of heard) assert.deepEqual(list.map(({ id }) => id), ids)
  assert.deepEqual(strangers, [])
})

test('nobody without a session, with another\'s page, or who may not read the note, is let in by either face', async t => {
  const services = await world.services()
  const faces = await Promise.all(faceNames.map(name => openFace(name, services)))
  t.after(async () => {
    for (const face of faces) await face.close()
    await services.close()
  })
  const user = await signIn(faces[0]!.url, ada!)
  const stranger = await signIn(faces[0]!.url, grace!)
  const room = `note:${await createNote(faces[0]!.url, user)}`
  for (const { url } of faces) {
    assert.deepEqual(await (await connect(t, url, user)).emitWithAck('join-room', room), { ok: true })
    assert.equal((await (await connect(t, url, stranger)).emitWithAck('join-room', room)).error.code, 'ROOM_NOT_FOUND')
    for (const wrong of [{ auth: {} }, { auth: { token: `${user.token}x` } }, { auth: { token: user.token }, extraHeaders: { origin: 'https://evil.example' } }]) {
      const socket = io(url, { forceNew: true, reconnection: false, ...wrong })
      t.after(() => { socket.close() })
      await event(socket, 'connect_error')
    }
  }
})

test('through the switch a socket keeps its side and its rooms while shares move, and finds both again after a rollback', async t => {
  const services = await world.services()
  const { app, url } = await openSwitch(t, services)
  t.after(() => services.close())
  const user = await signIn(url, ada!)
  const note = await createNote(url, user)
  const move = async (share: number): Promise<void> => { await app.control.setShare('sockets', share, { who: 'test', why: '' }) }
  const rename = async (): Promise<void> => {
    const answer = await fetch(`${url}/api/notes/${note}`, { method: 'PUT', headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token}` }, body: JSON.stringify({ encryptedTitle: 'bmV3' }) })
    assert.equal(answer.status, 200, await answer.clone().text())
  }
  const sockets: Socket[] = []
  for (const share of [0, 10_000]) {
    await move(share)
    for (const transports of [['polling'], ['websocket']]) sockets.push(await connect(t, url, user, { transports }))
  }
  const again: number[] = []
  const rooms = sockets.map((socket, place) => keepRooms(socket, () => { again.push(place) }))
  for (const kept of rooms) assert.deepEqual(await kept.join(`note:${note}`), { ok: true })
  const heard = sockets.map(socket => collect(socket, 'note:updated'))
  const ids = sockets.map(({ id }) => id)
  // To the note's room and to its user's: two for each write.
  let writes = 0
  for (const share of [5_000, 0, 10_000]) {
    await move(share)
    for (const feature of [0, 10_000]) {
      await app.control.setShare('notes', feature, { who: 'test', why: '' })
      await rename()
      writes++
    }
    await until(() => heard.every(list => list.length === 2 * writes), () => `after ${writes} writes: ${heard.map(list => list.length).join(', ')}`)
  }
  assert.deepEqual(sockets.map(({ id }) => id), ids)
  await app.control.rollback('sockets', { who: 'test', why: '' })
  await until(() => again.length === 2, () => `back in their rooms: ${again.join(', ')}`)
  assert.deepEqual(again.sort(), [2, 3])
  const before = heard.map(list => list.length)
  await rename()
  await until(() => heard.every((list, place) => list.length === before[place]! + 2), 'not all was heard after the rollback')
  assert.deepEqual(sockets.slice(0, 2).map(({ id }) => id), ids.slice(0, 2))
})

test('the switch closes at once though sockets poll', async t => {
  const services = await world.services()
  const { app, url } = await openSwitch(t, services)
  t.after(() => services.close())
  const user = await signIn(url, ada!)
  for (const share of [0, 10_000]) {
    await app.control.setShare('sockets', share, { who: 'test', why: '' })
    await connect(t, url, user, { transports: ['polling'] })
    await connect(t, url, user, { transports: ['websocket'] })
  }
  const start = performance.now()
  await app.close()
  assert.ok(performance.now() - start < 5_000, `${performance.now() - start} ms`)
})
