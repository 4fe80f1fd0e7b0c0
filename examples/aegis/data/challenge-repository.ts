import { Schema, Types, type Connection, type Model } from 'mongoose'
import type { ChallengeStore } from '../domain/passkeys.ts'

interface Row {
  _id: string
  kind: string
  userId: Types.ObjectId | null
  expires: Date
}

const schema = new Schema<Row>({
  _id: { type: String, required: true },
  kind: { type: String, required: true },
  userId: { type: Schema.Types.ObjectId, default: null },
  expires: { type: Date, required: true }
}, { collection: 'challenges', autoCreate: false, autoIndex: false, versionKey: false })
// The database clears up what nobody took; whether one is over is looked at when it is taken.
schema.index({ expires: 1 }, { expireAfterSeconds: 0 })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['Challenge'] as Model<Row> | undefined ?? connection.model<Row>('Challenge', schema)
}

/** Makes the indexes. */
export async function prepareChallenges (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** Challenges in MongoDB, so that one made by one server is answered to another. */
export function createChallengeRepository (connection: Connection): ChallengeStore {
  const rows = modelOf(connection)
  const idOf = (userId: string | undefined) => userId === undefined ? null : new Types.ObjectId(userId)
  return {
    async keep (challenge, { kind, userId }, expires) {
      await rows.collection.insertOne({ _id: challenge, kind, userId: idOf(userId), expires } as never)
    },
    async take (challenge, { kind, userId }, now) {
      // Of many who delete one document, one has done it.
      const { deletedCount } = await rows.deleteOne({ _id: challenge, kind, userId: idOf(userId), expires: { $gt: now } })
      return deletedCount === 1
    }
  }
}
