import { mongo, Schema, Types, type Connection, type Model } from 'mongoose'
import type { BlockRow, BlockStore } from '../domain/social-ports.ts'

interface Row {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  userId: Types.ObjectId
  at: Date
}

const schema = new Schema<Row>({
  ownerId: { type: Schema.Types.ObjectId, required: true },
  userId: { type: Schema.Types.ObjectId, required: true },
  at: { type: Date, required: true }
}, { collection: 'blocks', autoCreate: false, autoIndex: false, versionKey: false })
schema.index({ ownerId: 1, userId: 1 }, { unique: true })
schema.index({ ownerId: 1, _id: -1 })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['Block'] as Model<Row> | undefined ?? connection.model<Row>('Block', schema)
}

/** Makes the indexes. */
export async function prepareBlocks (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** Blocks in MongoDB. */
export function createBlockRepository (connection: Connection): BlockStore {
  const rows = modelOf(connection)
  const keyOf = (ownerId: string, userId: string): { ownerId: Types.ObjectId, userId: Types.ObjectId } => ({ ownerId: new Types.ObjectId(ownerId), userId: new Types.ObjectId(userId) })
  return {
    async insert (ownerId, userId, at) {
      try {
        await rows.collection.insertOne({ _id: new Types.ObjectId(), ...keyOf(ownerId, userId), at })
        return true
      } catch (error) {
        if (error instanceof mongo.MongoServerError && error.code === 11000) return false
        throw error
      }
    },

    async remove (ownerId, userId) {
      return (await rows.deleteOne(keyOf(ownerId, userId))).deletedCount === 1
    },

    async find (ownerId, userId) {
      const row = await rows.findOne(keyOf(ownerId, userId)).lean()
      return row === null ? undefined : toBlock(row)
    },

    async list (ownerId, { limit, before }) {
      const found = await rows.find({ ownerId: new Types.ObjectId(ownerId), ...before !== undefined && { _id: { $lt: new Types.ObjectId(before) } } }).sort({ _id: -1 }).limit(limit).lean()
      return found.map(toBlock)
    },

    async blockedBy (ownerId) {
      return (await rows.find({ ownerId: new Types.ObjectId(ownerId) }).lean()).map(row => row.userId.toHexString())
    },

    async between (ownerId, userId) {
      const found = await rows.find({ $or: [keyOf(ownerId, userId), keyOf(userId, ownerId)] }).lean()
      return { mine: found.some(row => row.ownerId.toHexString() === ownerId), theirs: found.some(row => row.ownerId.toHexString() === userId) }
    }
  }
}

function toBlock (row: Row): BlockRow {
  return Object.freeze({ id: row._id.toHexString(), userId: row.userId.toHexString(), at: row.at })
}
