import { Schema, Types, type Connection, type Model } from 'mongoose'
import type { Mention, MentionStore } from '../domain/mentions.ts'

interface Row {
  _id: Types.ObjectId
  /** Who is mentioned. */
  ownerId: Types.ObjectId
  authorId: Types.ObjectId
  noteId: Types.ObjectId
  encryptedContext: string
  read: boolean
  createdAt: Date
}

const schema = new Schema<Row>({
  ownerId: { type: Schema.Types.ObjectId, required: true },
  authorId: { type: Schema.Types.ObjectId, required: true },
  noteId: { type: Schema.Types.ObjectId, required: true },
  encryptedContext: { type: String, required: true },
  read: { type: Boolean, required: true },
  createdAt: { type: Date, required: true }
}, { collection: 'mentions', autoCreate: false, autoIndex: false, versionKey: false })
schema.index({ ownerId: 1, _id: -1 })
schema.index({ ownerId: 1, read: 1, _id: -1 })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['Mention'] as Model<Row> | undefined ?? connection.model<Row>('Mention', schema)
}

/** Makes the indexes. */
export async function prepareMentions (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** Mentions in MongoDB. */
export function createMentionRepository (connection: Connection): MentionStore {
  const rows = modelOf(connection)
  const keyOf = (ownerId: string, id: string): { ownerId: Types.ObjectId, _id: Types.ObjectId } => ({ ownerId: new Types.ObjectId(ownerId), _id: new Types.ObjectId(id) })
  return {
    async insert (authorId, { noteId, userIds, encryptedContext }, at) {
      const added: Row[] = userIds.map(userId => ({
        _id: new Types.ObjectId(),
        ownerId: new Types.ObjectId(userId),
        authorId: new Types.ObjectId(authorId),
        noteId: new Types.ObjectId(noteId),
        encryptedContext,
        read: false,
        createdAt: at
      }))
      await rows.collection.insertMany(added)
      return added.map(row => ({ ...toMention(row), ownerId: row.ownerId.toHexString() }))
    },

    async find (ownerId, id) {
      const row = await rows.findOne(keyOf(ownerId, id)).lean()
      return row === null ? undefined : toMention(row)
    },

    async list (ownerId, { unread, limit, before }) {
      const found = await rows.find({
        ownerId: new Types.ObjectId(ownerId),
        ...unread !== undefined && { read: !unread },
        ...before !== undefined && { _id: { $lt: new Types.ObjectId(before) } }
      }).sort({ _id: -1 }).limit(limit).lean()
      return found.map(toMention)
    },

    async mark (ownerId, id, read) {
      const row = await rows.findOneAndUpdate(keyOf(ownerId, id), { $set: { read } }, { returnDocument: 'after' }).lean()
      return row === null ? undefined : toMention(row)
    },

    async remove (ownerId, id) {
      return (await rows.deleteOne(keyOf(ownerId, id))).deletedCount === 1
    }
  }
}

function toMention (row: Row): Mention {
  return Object.freeze({
    id: row._id.toHexString(),
    noteId: row.noteId.toHexString(),
    authorId: row.authorId.toHexString(),
    encryptedContext: row.encryptedContext,
    read: row.read,
    createdAt: row.createdAt.toISOString()
  })
}
