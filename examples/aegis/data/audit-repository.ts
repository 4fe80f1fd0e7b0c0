import { Schema, Types, type Connection, type Model } from 'mongoose'
import type { AuditStore } from '../domain/audit.ts'

interface Row {
  _id: Types.ObjectId
  /** Absent when nobody was signed in. */
  userId?: Types.ObjectId
  event: string
  address: string
  requestId: string
  details: Record<string, string | number | boolean>
  at: Date
}

const schema = new Schema<Row>({
  userId: { type: Schema.Types.ObjectId },
  event: { type: String, required: true },
  address: { type: String, required: true },
  requestId: { type: String, required: true },
  details: { type: Schema.Types.Mixed, default: () => ({}) },
  at: { type: Date, required: true }
}, { collection: 'audit', autoCreate: false, autoIndex: false, versionKey: false, minimize: false })
schema.index({ userId: 1, _id: -1 })
schema.index({ userId: 1, event: 1 })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['Audit'] as Model<Row> | undefined ?? connection.model<Row>('Audit', schema)
}

/** Makes the indexes. */
export async function prepareAudit (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** The audit in MongoDB. */
export function createAuditRepository (connection: Connection): AuditStore {
  const rows = modelOf(connection)
  return {
    async append ({ userId, event, address, requestId, details }, at) {
      await rows.create({ _id: new Types.ObjectId(), ...userId !== undefined && { userId: new Types.ObjectId(userId) }, event, address, requestId, details: details ?? {}, at })
    },

    async list (ownerId, { event, from, to, limit, before }) {
      const found = await rows.find({
        userId: new Types.ObjectId(ownerId),
        // A range, which the index serves: every text that begins with the prefix.
        ...event !== undefined && { event: { $gte: event, $lt: `${event}\u{ffff}` } },
        ...(from !== undefined || to !== undefined) && { at: { ...from !== undefined && { $gte: from }, ...to !== undefined && { $lt: to } } },
        ...before !== undefined && { _id: { $lt: new Types.ObjectId(before) } }
      }).sort({ _id: -1 }).limit(limit).lean()
      return found.map(row => Object.freeze({
        id: row._id.toHexString(),
        event: row.event,
        address: row.address,
        requestId: row.requestId,
        details: row.details ?? {},
        at: row.at.toISOString()
      }))
    }
  }
}
