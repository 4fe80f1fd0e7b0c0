import { io, type Socket } from 'socket.io-client'
import { keepRooms } from '../realtime/keep-rooms.ts'
import type { Visitor } from './visitor.ts'

/** Two sockets, one by WebSocket and one by long polling, that stay in the room of one note. */
export interface Listeners {
  /** Changes the note, and resolves to how many of the two heard of it. */
  hear (): Promise<number>
  close (): void
}

const patience = 10_000

/** @param url of the switch */
export async function openListeners (url: string, visitor: Visitor): Promise<Listeners> {
  const added = await visitor.request('POST', '/api/notes', { json: { encryptedTitle: 'AAAA' }, status: 201 })
  const { id } = JSON.parse(String(added?.body)) as { id: string }
  const room = `note:${id}`
  const sockets = ['websocket', 'polling'].map(transport => {
    const socket = io(url, { forceNew: true, transports: [transport], reconnectionDelay: 20, reconnectionDelayMax: 200, extraHeaders: { cookie: visitor.cookie } })
    return { socket, rooms: keepRooms(socket) }
  })
  await Promise.all(sockets.map(async ({ socket, rooms }) => {
    await next(socket, 'connect')
    await rooms.join(room)
  }))

  return {
    async hear () {
      // A polling one that was on the side that is left connects anew; asking again for a room is harmless, and waits for that.
      await Promise.all(sockets.map(({ rooms }) => rooms.join(room)))
      const heard = sockets.map(({ socket }) => next(socket, 'note:updated').then(() => 1, () => 0))
      await visitor.request('PUT', `/api/notes/${id}`, { json: { encryptedTitle: 'AAAA' } })
      return (await Promise.all(heard)).reduce<number>((sum, one) => sum + one, 0)
    },
    close () {
      for (const { socket } of sockets) socket.close()
    }
  }
}

function next (socket: Socket, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name} came`)), patience)
    socket.once(name, value => {
      clearTimeout(timer)
      resolve(value)
    })
  })
}
