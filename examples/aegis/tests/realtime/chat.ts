import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { createBus, type Bus } from '../../realtime/bus.ts'
import { attachRealtime, type RealtimeOptions } from '../../realtime/realtime.ts'

export const ann = 'a'.repeat(24)
export const bob = 'b'.repeat(24)
export const note = `note:${'1'.repeat(24)}`
export const annsNote = `note:${'2'.repeat(24)}`
export const page = 'https://app.example'

/** Tokens are `token of USER`; both may read the one note, Ann the other too. */
export const rules: Omit<RealtimeOptions, 'bus'> = {
  authenticate: async ({ token, cookie }) => {
    const userId = /^(?:token of |session=)([0-9a-f]{24})$/.exec(token ?? cookie ?? '')?.[1]
    return userId === undefined ? undefined : { userId, expires: Date.now() + 30 * 86_400_000 }
  },
  mayJoin: async ({ userId }, room) => room === note || (room === annsNote && userId === ann),
  origins: [page],
  log: { error: () => {} }
}

export interface Face {
  readonly server: Server
  readonly url: string
  readonly bus: Bus
  /** How many of its sockets are in the note's room. */
  members (): number
  close (): Promise<void>
}

/** A server with sockets, on a port of its own. */
export async function openFace (t: TestContext, options: Partial<RealtimeOptions> = {}): Promise<Face> {
  const server = createServer((_, response) => { response.end('plain') })
  const bus = options.bus ?? createBus()
  const realtime = attachRealtime(server, { ...rules, ...options, bus })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    await realtime.close()
    server.closeAllConnections()
    server.close()
  }
  t.after(close)
  return { server, bus, close, members: () => realtime.sockets.of('/').adapter.rooms.get(note)?.size ?? 0, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A client of its own connection, not yet connected. */
export function client (t: TestContext, url: string, userId: string, options: Partial<ManagerOptions & SocketOptions> = {}): Socket {
  const socket = io(url, { forceNew: true, reconnectionDelay: 10, reconnectionDelayMax: 50, auth: { token: `token of ${userId}` }, autoConnect: false, ...options })
  t.after(() => { socket.close() })
  return socket
}

/** A client that is connected. */
export async function connect (t: TestContext, url: string, userId: string, options: Partial<ManagerOptions & SocketOptions> = {}): Promise<Socket> {
  const socket = client(t, url, userId, options).connect()
  await event(socket, 'connect')
  return socket
}

/** The next event of that name, and what came with it. */
export function event (socket: Socket, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name} came`)), 10_000)
    socket.once(name, (value: unknown) => {
      clearTimeout(timer)
      resolve(value)
    })
  })
}

/** All payloads of an event, as they come. */
export function collect<T = unknown> (socket: Socket, name: string): T[] {
  const seen: T[] = []
  socket.on(name, (payload: T) => { seen.push(payload) })
  return seen
}

export async function until (condition: () => boolean, otherwise: string | (() => string)): Promise<void> {
  const end = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(typeof otherwise === 'string' ? otherwise : otherwise())
    await delay(5)
  }
}
