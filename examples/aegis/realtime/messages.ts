import type { Socket } from 'socket.io'
import { done, refused, type Answer } from './answers.ts'
import type { Bus } from './bus.ts'
import { isJoinable, userRoom, type MayJoin } from './rooms.ts'

export interface MessageOptions {
  readonly userId: string
  readonly bus: Bus
  readonly mayJoin: MayJoin
  /** The most rooms that one socket may be in, beside its user's. */
  readonly rooms: number
}

/** What a client may send, by the name of its event. */
export type Messages = Readonly<Record<string, (message: unknown) => Promise<Answer>>>

/** The messages of one socket. */
export function messagesOf (socket: Socket, { userId, bus, mayJoin, rooms }: MessageOptions): Messages {
  const own = userRoom(userId)
  // A socket is always in a room of its own and in its user's.
  const full = (): boolean => socket.rooms.size - 2 >= rooms
  return {
    async 'join-room' (room) {
      if (room === own) return done
      if (!isJoinable(room)) return refused('ROOM_NOT_FOUND')
      if (socket.rooms.has(room)) return done
      if (full()) return refused('ROOM_LIMIT_REACHED')
      if (!await mayJoin({ userId }, room)) return refused('ROOM_NOT_FOUND')
      // Others may have been joined meanwhile; and a socket that has left must not stand in a room for ever.
      if (full()) return refused('ROOM_LIMIT_REACHED')
      if (socket.connected) await socket.join(room)
      return done
    },

    async 'leave-room' (room) {
      if (!isJoinable(room)) return refused('ROOM_NOT_FOUND')
      await socket.leave(room)
      return done
    },

    async broadcast (message) {
      if (!isBroadcast(message)) return refused('MESSAGE_INVALID')
      const { room, payload } = message
      if (!socket.rooms.has(room) || room === socket.id) return refused('ROOM_NOT_JOINED')
      bus.tell({ room, name: 'room-message', payload: { room, from: userId, payload } }, socket.id)
      return done
    }
  }
}

function isBroadcast (message: unknown): message is { readonly room: string, readonly payload: unknown } {
  return typeof message === 'object' && message !== null && typeof (message as { room?: unknown }).room === 'string' && 'payload' in message
}
