import { Types, type Connection } from 'mongoose'

/** Whether a user may read a note: it is theirs, or shared with them. */
export function createNoteAccess (connection: Connection): (userId: string, noteId: string) => Promise<boolean> {
  const [notes, shares] = [connection.collection('notes'), connection.collection('shares')]
  return async (userId, noteId) => {
    const [reader, note] = [new Types.ObjectId(userId), new Types.ObjectId(noteId)]
    return await notes.findOne({ ownerId: reader, _id: note }) !== null || await shares.findOne({ recipientId: reader, noteId: note }) !== null
  }
}
