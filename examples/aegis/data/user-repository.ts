import { Schema, Types, type Connection, type Model } from 'mongoose'
import type { UserStore } from '../domain/auth.ts'
import type { Account } from '../types/user.ts'
import { unlessDuplicate } from './duplicate-key.ts'

interface Row {
  _id: Types.ObjectId
  email: string
  passwordHash: string
  salt: string
  publicKey: string
  encryptedPrivateKey: string
  encryptedProfile: string | null
  createdAt: Date
  updatedAt: Date
}

const schema = new Schema<Row>({
  email: { type: String, required: true },
  passwordHash: { type: String, required: true },
  salt: { type: String, required: true },
  publicKey: { type: String, required: true },
  encryptedPrivateKey: { type: String, required: true },
  encryptedProfile: { type: String, default: null },
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true }
}, { collection: 'users', autoCreate: false, autoIndex: false, versionKey: false })
schema.index({ email: 1 }, { unique: true })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['User'] as Model<Row> | undefined ?? connection.model<Row>('User', schema)
}

/** Makes the indexes. */
export async function prepareUsers (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** Users in MongoDB. */
export function createUserRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): UserStore {
  const rows = modelOf(connection)
  return {
    async insert (draft) {
      const at = now()
      const row: Row = { _id: new Types.ObjectId(), ...draft, encryptedProfile: null, createdAt: at, updatedAt: at }
      return await unlessDuplicate(() => rows.collection.insertOne(row)) === undefined ? undefined : accountOf(row).user
    },
    async find (id) {
      const row = await rows.findOne({ _id: new Types.ObjectId(id) }).lean()
      return row === null ? undefined : accountOf(row)
    },
    async findByEmail (email) {
      const row = await rows.findOne({ email }).lean()
      return row === null ? undefined : accountOf(row)
    },
    async update (id, changes) {
      const row = await unlessDuplicate(() => rows.findOneAndUpdate({ _id: new Types.ObjectId(id) }, { $set: { ...changes, updatedAt: now() } }, { returnDocument: 'after' }).lean())
      if (row === undefined) return 'taken'
      return row === null ? undefined : accountOf(row).user
    }
  }
}

function accountOf (row: Row): Account {
  return {
    passwordHash: row.passwordHash,
    user: Object.freeze({
      id: row._id.toHexString(),
      email: row.email,
      publicKey: row.publicKey,
      salt: row.salt,
      encryptedPrivateKey: row.encryptedPrivateKey,
      encryptedProfile: row.encryptedProfile,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString()
    })
  }
}
