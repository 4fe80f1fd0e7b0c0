/** A room that a client may ask to join; every user is in `user:ID` already. */
const note = /^note:[0-9a-f]{24}$/

/** The room of all sockets of a user. */
export function userRoom (userId: string): string {
  return `user:${userId}`
}

/** Whether a text names a room that can be joined. */
export function isJoinable (room: unknown): room is string {
  return typeof room === 'string' && note.test(room)
}

/** Whether a user may be in a room: whoever may read a note may hear of it. */
export type MayJoin = (caller: { readonly userId: string }, room: string) => Promise<boolean>

/** Lets into a note's room who may read the note. */
export function readersOnly (mayRead: (userId: string, noteId: string) => Promise<boolean>): MayJoin {
  return async ({ userId }, room) => isJoinable(room) && await mayRead(userId, room.slice('note:'.length))
}
