import { Schema, type Connection, type Model } from 'mongoose'
import type { Revocation, RevocationStore } from '../domain/revocations.ts'

interface Row {
  /** The session's id, or the user's. */
  _id: string
  /** Of a user: sessions from before, but for this one. */
  before: Date | null
  except: string | null
  expires: Date
  at: Date
}

const schema = new Schema<Row>({
  _id: { type: String, required: true },
  before: { type: Date, default: null },
  except: { type: String, default: null },
  expires: { type: Date, required: true },
  at: { type: Date, required: true }
}, { collection: 'revocations', autoCreate: false, autoIndex: false, versionKey: false })
schema.index({ at: 1 })
// By then no session is left that it is about.
schema.index({ expires: 1 }, { expireAfterSeconds: 0 })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['Revocation'] as Model<Row> | undefined ?? connection.model<Row>('Revocation', schema)
}

/** Makes the indexes. */
export async function prepareRevocations (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** Revoked sessions in MongoDB. */
export function createRevocationRepository (connection: Connection): RevocationStore {
  const rows = modelOf(connection)
  return {
    async add (revocation, at) {
      const { _id, ...row }: Row = 'sessionId' in revocation
        ? { _id: revocation.sessionId, before: null, except: null, expires: new Date(revocation.expires), at }
        : { _id: revocation.userId, before: new Date(revocation.before), except: revocation.except, expires: new Date(revocation.expires), at }
      await rows.updateOne({ _id }, { $set: row }, { upsert: true })
    },
    async since (at) {
      const found = await rows.find({ at: { $gte: at } }).lean()
      return found.map(({ _id, before, except, expires }): Revocation => before === null
        ? { sessionId: _id, expires: expires.getTime() }
        : { userId: _id, before: before.getTime(), except: except ?? '', expires: expires.getTime() })
    }
  }
}
