import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepRooms } from '../../realtime/keep-rooms.ts'
import { ann, annsNote, bob, client, collect, connect, event, note, openFace, until } from './chat.ts'

test('rooms are joined again after a reconnect, and what was left is not', async t => {
  const { url, bus } = await openFace(t)
  const socket = await connect(t, url, ann)
  const seen = collect<{ room: string }>(socket, 'note:updated')
  const again: string[] = []
  const rooms = keepRooms(socket, room => { again.push(room) })
  assert.deepEqual(await rooms.join(note), { ok: true })
  await rooms.join(annsNote)
  await rooms.leave(annsNote)
  const back = event(socket, 'connect')
  socket.io.engine.close()
  await back
  await until(() => again.length === 1, 'the room was not joined again')
  for (const room of [annsNote, note]) bus.publish({ room, name: 'note:updated', payload: { room } })
  await until(() => seen.length > 0, 'nothing was heard')
  assert.deepEqual([again, seen], [[note], [{ room: note }]])
})

test('a room that may not be joined is not asked for again', async t => {
  const asked: string[] = []
  const { url } = await openFace(t, { mayJoin: async (_, room) => { asked.push(room); return room === note } })
  const socket = await connect(t, url, bob)
  const again: string[] = []
  const rooms = keepRooms(socket, room => { again.push(room) })
  await rooms.join(note)
  assert.ok('error' in await rooms.join(annsNote))
  const back = event(socket, 'connect')
  socket.io.engine.close()
  await back
  await until(() => again.length === 1, 'the room was not joined again')
  assert.deepEqual(asked, [note, annsNote, note])
})

test('a room asked for before there is a connection is joined when there is one', async t => {
  const { url, bus } = await openFace(t)
  const socket = client(t, url, ann)
  const rooms = keepRooms(socket)
  const joined = rooms.join(note)
  socket.connect()
  assert.deepEqual(await joined, { ok: true })
  const heard = event(socket, 'note:updated')
  bus.publish({ room: note, name: 'note:updated', payload: {} })
  await heard
})
