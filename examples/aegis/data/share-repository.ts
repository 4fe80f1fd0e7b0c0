import { mongo, Schema, Types, type Connection } from 'mongoose'
import type { ReceivedShare, Share, ShareFields, ShareStore } from '../domain/shares.ts'
import { createOwnedRepository, defineCollection, toIds, toObjectId, type OwnedRow } from './owned-repository.ts'

interface ShareRow extends OwnedRow {
  readonly noteId: Types.ObjectId
  readonly recipientId: Types.ObjectId
  readonly encapsulatedKey: string
  readonly encryptedSymmetricKey: string
}

const collection = defineCollection<ShareRow>('Share', 'shares', {
  noteId: { type: Schema.Types.ObjectId, required: true },
  recipientId: { type: Schema.Types.ObjectId, required: true },
  encapsulatedKey: { type: String, required: true },
  encryptedSymmetricKey: { type: String, required: true }
})

/** Makes the indexes that are missing. */
export async function prepareShares (connection: Connection): Promise<void> {
  const model = collection.modelOf(connection)
  await model.createIndexes()
  await model.collection.createIndex({ noteId: 1, recipientId: 1 }, { unique: true })
  await model.collection.createIndex({ recipientId: 1, _id: -1 })
}

/** Shares in MongoDB. */
export function createShareRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): ShareStore {
  const model = collection.modelOf(connection)
  const { store, toRecord } = createOwnedRepository<ShareFields, ShareRow>({ model, toRow, toFields, now })
  const toReceived = (row: ShareRow): ReceivedShare => received(toRecord(row), row)
  return {
    ...store,

    async insert (ownerId, fields) {
      try {
        return await store.insert(ownerId, fields)
      } catch (error) {
        if (error instanceof mongo.MongoServerError && error.code === 11000) return undefined
        throw error
      }
    },

    async removeOfNote (ownerId, noteId) {
      await model.deleteMany({ ownerId: new Types.ObjectId(ownerId), noteId: new Types.ObjectId(noteId) })
    },

    received: {
      async list (recipientId, { limit, before }) {
        const condition = { recipientId: new Types.ObjectId(recipientId), ...before !== undefined && { _id: { $lt: new Types.ObjectId(before) } } }
        return (await model.find(condition).sort({ _id: -1 }).limit(limit).lean<ShareRow[]>()).map(toReceived)
      },

      async find (recipientId, id) {
        const _id = toObjectId(id)
        const row = _id && await model.findOne({ recipientId: new Types.ObjectId(recipientId), _id }).lean<ShareRow>()
        return row ? toReceived(row) : undefined
      }
    }
  }
}

function toRow ({ noteId, recipientId, ...keys }: Partial<ShareFields>): object {
  return { ...toIds({ noteId, recipientId }), ...keys }
}

function toFields ({ noteId, recipientId, encapsulatedKey, encryptedSymmetricKey }: ShareRow): ShareFields {
  return { noteId: noteId.toHexString(), recipientId: recipientId.toHexString(), encapsulatedKey, encryptedSymmetricKey }
}

function received ({ id, ...share }: Share, { ownerId }: ShareRow): ReceivedShare {
  return { id, ownerId: ownerId.toHexString(), ...share }
}
