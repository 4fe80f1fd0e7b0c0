import type { Server } from 'socket.io'
import type { Events, RealtimeEvent } from '../domain/ports.ts'
import { userRoom } from './rooms.ts'

/** What goes from one process to the others. */
export type Message =
  | { readonly kind: 'event', readonly event: RealtimeEvent }
  | { readonly kind: 'evict', readonly userId: string, readonly room: string }

/** The way to other processes. Nothing of it throws or waits. */
export interface Link {
  send (message: Message): void
  /** Messages of others; never one's own. */
  onMessage (listener: (message: Message) => void): void
  close (): Promise<void>
}

/** Joins the Socket.IO servers of this process, and through a link those of others. */
export interface Bus extends Events {
  /** Adds a server whose sockets are told from now on. @returns what takes it off again */
  attach (sockets: Server): () => void
  /** Tells a room, but for one socket. */
  tell (event: RealtimeEvent, exceptSocket: string): void
  /** Takes a user's sockets out of a room that the user may no longer be in. */
  evict (userId: string, room: string): void
  close (): Promise<void>
}

/**
 * Sockets of this process are told at once and by no detour, so that both faces in one process hear of each other's
 * writes with or without a link; each other process is told once and tells its own.
 */
export function createBus (link?: Link): Bus {
  const servers = new Set<Server>()

  const deliver = (message: Message, exceptSocket?: string): void => {
    for (const server of servers) {
      if (message.kind === 'evict') {
        server.local.in(userRoom(message.userId)).socketsLeave(message.room)
        continue
      }
      const { room, name, payload } = message.event
      const sockets = server.local.to(room)
      ;(exceptSocket === undefined ? sockets : sockets.except(exceptSocket)).emit(name, payload)
    }
  }
  const spread = (message: Message, exceptSocket?: string): void => {
    deliver(message, exceptSocket)
    link?.send(message)
  }
  link?.onMessage(message => deliver(message))

  return {
    attach (sockets) {
      servers.add(sockets)
      return () => { servers.delete(sockets) }
    },
    publish: event => spread({ kind: 'event', event }),
    tell: (event, exceptSocket) => spread({ kind: 'event', event }, exceptSocket),
    evict: (userId, room) => spread({ kind: 'evict', userId, room }),
    close: async () => { await link?.close() }
  }
}
