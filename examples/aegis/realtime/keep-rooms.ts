import type { Socket } from 'socket.io-client'
import type { Answer } from './answers.ts'

/** The rooms of a client, kept over reconnects. */
export interface KeptRooms {
  join (room: string): Promise<Answer>
  leave (room: string): Promise<Answer>
}

/**
 * For clients: joins rooms, and joins them again whenever the socket connects anew, be it to the other backend, which
 * knows nothing of the connection before.
 * @param joined called for each room after it was joined anew: what happened meanwhile has to be asked for
 */
export function keepRooms (socket: Socket, joined: (room: string) => void = () => {}): KeptRooms {
  const rooms = new Set<string>()
  const ask = async (name: string, room: string): Promise<Answer> => await socket.emitWithAck(name, room) as Answer
  const settle = (room: string, answer: Answer): Answer => {
    if ('error' in answer && answer.error.code !== 'RATE_LIMITED') rooms.delete(room)
    return answer
  }
  let first = socket.disconnected
  socket.on('connect', () => {
    const again = !first
    first = false
    for (const room of rooms) {
      ask('join-room', room).then(answer => {
        settle(room, answer)
        if ('ok' in answer && again) joined(room)
      }, () => {})
    }
  })
  return {
    async join (room) {
      // Before it is asked for: a connection that ends meanwhile is followed by another, which asks again.
      rooms.add(room)
      return settle(room, await ask('join-room', room))
    },
    async leave (room) {
      rooms.delete(room)
      return await ask('leave-room', room)
    }
  }
}
