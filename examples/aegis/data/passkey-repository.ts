import { Schema, Types, type Connection, type Model } from 'mongoose'
import type { PasskeyStore } from '../domain/passkeys.ts'
import type { StoredPasskey } from '../types/passkey.ts'
import { unlessDuplicate } from './duplicate-key.ts'

interface Row {
  /** WebAuthn's credential id: unique over all users, so that a passkey is one user's only. */
  _id: string
  userId: Types.ObjectId
  publicKey: string
  counter: number
  transports: string[]
  createdAt: Date
  lastUsedAt: Date | null
}

const schema = new Schema<Row>({
  _id: { type: String, required: true },
  userId: { type: Schema.Types.ObjectId, required: true },
  publicKey: { type: String, required: true },
  counter: { type: Number, required: true },
  transports: { type: [String], required: true },
  createdAt: { type: Date, required: true },
  lastUsedAt: { type: Date, default: null }
}, { collection: 'passkeys', autoCreate: false, autoIndex: false, versionKey: false })
schema.index({ userId: 1, createdAt: -1 })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['Passkey'] as Model<Row> | undefined ?? connection.model<Row>('Passkey', schema)
}

/** Makes the indexes. */
export async function preparePasskeys (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** Passkeys in MongoDB. */
export function createPasskeyRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): PasskeyStore {
  const rows = modelOf(connection)
  return {
    async insert ({ id, userId, publicKey, counter, transports }) {
      const row: Row = { _id: id, userId: new Types.ObjectId(userId), publicKey, counter, transports: [...transports], createdAt: now(), lastUsedAt: null }
      return await unlessDuplicate(() => rows.collection.insertOne(row as never)) === undefined ? undefined : shown(row)
    },
    async list (userId) {
      const found = await rows.find({ userId: new Types.ObjectId(userId) }).sort({ createdAt: -1, _id: 1 }).lean()
      return found.map(shown)
    },
    async find (id) {
      const row = await rows.findOne({ _id: id }).lean()
      return row === null ? undefined : { ...shown(row), userId: row.userId.toHexString(), publicKey: row.publicKey, counter: row.counter }
    },
    async use (id, { from, to }) {
      const { matchedCount } = await rows.updateOne({ _id: id, counter: from }, { $set: { counter: to, lastUsedAt: now() } })
      return matchedCount === 1
    },
    async remove (userId, id) {
      const { deletedCount } = await rows.deleteOne({ _id: id, userId: new Types.ObjectId(userId) })
      return deletedCount === 1
    }
  }
}

function shown ({ _id, transports, createdAt, lastUsedAt }: Row): Pick<StoredPasskey, 'id' | 'transports' | 'createdAt' | 'lastUsedAt'> {
  return { id: _id, transports, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null }
}
