import { mongo, Schema, Types, type Connection, type Model } from 'mongoose'
import type { RelationStore } from '../domain/social-ports.ts'
import type { Relation } from '../domain/social-relation.ts'
import type { Page } from '../types/page.ts'

interface Row {
  _id: Types.ObjectId
  pair: string
  userIds: Types.ObjectId[]
  requesterId: Types.ObjectId
  addresseeId: string | null
  addresseeEmail: string | null
  status: Relation['status']
  createdAt: Date
  updatedAt: Date
  revision: number
}

const schema = new Schema<Row>({
  pair: { type: String, required: true },
  userIds: { type: [Schema.Types.ObjectId], required: true },
  requesterId: { type: Schema.Types.ObjectId, required: true },
  addresseeId: { type: String, default: null },
  addresseeEmail: { type: String, default: null },
  status: { type: String, required: true },
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
  revision: { type: Number, required: true }
}, { collection: 'connections', autoCreate: false, autoIndex: false, versionKey: false })
schema.index({ pair: 1 }, { unique: true })
schema.index({ userIds: 1, status: 1, _id: -1 })

function modelOf (connection: Connection): Model<Row> {
  return connection.models['Connection'] as Model<Row> | undefined ?? connection.model<Row>('Connection', schema)
}

/** Makes the indexes. */
export async function prepareConnections (connection: Connection): Promise<void> {
  await modelOf(connection).createIndexes()
}

/** Requests and connections between users in MongoDB: one document for each pair. */
export function createConnectionRepository (connection: Connection): RelationStore {
  const rows = modelOf(connection)

  async function list (ownerId: string, status: Relation['status'], { limit, before }: Page, more: object = {}): Promise<readonly Relation[]> {
    const found = await rows.find({
      userIds: new Types.ObjectId(ownerId), status, ...more, ...before !== undefined && { _id: { $lt: new Types.ObjectId(before) } }
    }).sort({ _id: -1 }).limit(limit).lean()
    return found.map(toRelation)
  }

  return {
    async find (ownerId, id) {
      const row = await rows.findOne({ userIds: new Types.ObjectId(ownerId), _id: new Types.ObjectId(id) }).lean()
      return row === null ? undefined : toRelation(row)
    },

    async findPairs (pairs) {
      return (await rows.find({ pair: { $in: [...pairs] } }).lean()).map(toRelation)
    },

    async insert (relation) {
      const row = { ...toRow(relation), _id: new Types.ObjectId(), revision: 1 }
      return await unlessTaken(async () => {
        await rows.collection.insertOne(row)
        return toRelation(row)
      })
    },

    async update (relation) {
      const { id, revision } = relation
      return await unlessTaken(async () => {
        const _id = new Types.ObjectId(id)
        const row = { ...toRow(relation), revision: revision + 1 }
        // Not findOneAndUpdate: the embedded server's lets two win that come at once.
        const { modifiedCount } = await rows.updateOne({ _id, revision }, { $set: row })
        return modifiedCount === 1 ? toRelation({ ...row, _id }) : undefined
      })
    },

    async remove ({ id, revision }) {
      return (await rows.deleteOne({ _id: new Types.ObjectId(id), revision })).deletedCount === 1
    },

    async listRequests (ownerId, { direction, ...page }, hidden) {
      const owner = new Types.ObjectId(ownerId)
      const senders = hidden.map(id => new Types.ObjectId(id))
      const requesterId = direction === 'outgoing' ? owner : { $nin: direction === 'incoming' ? [owner, ...senders] : senders }
      return await list(ownerId, 'pending', page, { requesterId })
    },

    listConnections: (ownerId, page) => list(ownerId, 'accepted', page)
  }
}

async function unlessTaken (work: () => Promise<Relation | undefined>): Promise<Relation | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === 11000) return undefined
    throw error
  }
}

function toRow ({ pair, userIds, requesterId, addressee, status, createdAt, updatedAt }: Omit<Relation, 'id' | 'revision'>): Omit<Row, '_id' | 'revision'> {
  return {
    pair,
    userIds: userIds.map(id => new Types.ObjectId(id)),
    requesterId: new Types.ObjectId(requesterId),
    addresseeId: 'userId' in addressee ? addressee.userId : null,
    addresseeEmail: 'email' in addressee ? addressee.email : null,
    status,
    createdAt,
    updatedAt
  }
}

function toRelation (row: Row): Relation {
  return Object.freeze({
    id: row._id.toHexString(),
    pair: row.pair,
    userIds: row.userIds.map(id => id.toHexString()),
    requesterId: row.requesterId.toHexString(),
    addressee: row.addresseeEmail === null ? { userId: row.addresseeId! } : { email: row.addresseeEmail },
    status: row.status,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    revision: row.revision
  })
}
