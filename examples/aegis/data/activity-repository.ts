import { Schema, Types, type Connection, type Model } from 'mongoose'
import type { ActivityStore } from '../domain/activity.ts'

interface Row {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  action: string
  resource: string
  resourceId: string | null
  at: Date
}

const schema = new Schema<Row>({
  ownerId: { type: Schema.Types.ObjectId, required: true },
  action: { type: String, required: true },
  resource: { type: String, required: true },
  resourceId: { type: String, default: null },
  at: { type: Date, required: true }
}, { collection: 'activity', autoCreate: false, autoIndex: false, versionKey: false })
schema.index({ ownerId: 1, _id: -1 })
schema.index({ ownerId: 1, resource: 1, _id: -1 })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['Activity'] as Model<Row> | undefined ?? connection.model<Row>('Activity', schema)
}

/** Makes the indexes. */
export async function prepareActivity (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** Activity in MongoDB. */
export function createActivityRepository (connection: Connection): ActivityStore {
  const rows = modelOf(connection)
  return {
    async append ({ userId, action, resource, resourceId }, at) {
      await rows.create({ _id: new Types.ObjectId(), ownerId: new Types.ObjectId(userId), action, resource, resourceId: resourceId ?? null, at })
    },

    async list (ownerId, { resource, limit, before }) {
      const found = await rows.find({
        ownerId: new Types.ObjectId(ownerId),
        ...resource !== undefined && { resource },
        ...before !== undefined && { _id: { $lt: new Types.ObjectId(before) } }
      }).sort({ _id: -1 }).limit(limit).lean()
      return found.map(row => Object.freeze({
        id: row._id.toHexString(),
        action: row.action,
        resource: row.resource,
        resourceId: row.resourceId,
        at: row.at.toISOString()
      }))
    }
  }
}
