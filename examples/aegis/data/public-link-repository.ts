import { Schema, Types, type Connection } from 'mongoose'
import type { PublicLinkFields, PublicLinkStore } from '../domain/public-links.ts'
import { createOwnedRepository, defineCollection, toDates, toIds, toTime, type OwnedRow } from './owned-repository.ts'

interface PublicLinkRow extends OwnedRow {
  readonly noteId: Types.ObjectId
  readonly tokenHash: string
  readonly encapsulatedKey: string
  readonly encryptedSymmetricKey: string
  readonly expiresAt: Date | null
}

const collection = defineCollection<PublicLinkRow>('PublicLink', 'publiclinks', {
  noteId: { type: Schema.Types.ObjectId, required: true },
  tokenHash: { type: String, required: true },
  encapsulatedKey: { type: String, required: true },
  encryptedSymmetricKey: { type: String, required: true },
  expiresAt: { type: Date, default: null }
}, [{ noteId: 1 }])

/** Makes the indexes that are missing. */
export async function preparePublicLinks (connection: Connection): Promise<void> {
  const model = collection.modelOf(connection)
  await model.createIndexes()
  await model.collection.createIndex({ tokenHash: 1 }, { unique: true })
}

/** Public links in MongoDB, with hashes of their tokens. */
export function createPublicLinkRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): PublicLinkStore {
  const model = collection.modelOf(connection)
  const { store, toRecord } = createOwnedRepository<PublicLinkFields & { readonly tokenHash?: string }, PublicLinkRow>({ model, toRow, toFields, now })
  return {
    ...store,

    insert: (ownerId, fields, tokenHash) => store.insert(ownerId, { ...fields, tokenHash }),

    async findByHash (tokenHash) {
      const row = await model.findOne({ tokenHash }).lean<PublicLinkRow>()
      return row === null ? undefined : { ...toRecord(row), ownerId: row.ownerId.toHexString() }
    },

    async removeOfNote (ownerId, noteId) {
      await model.deleteMany({ ownerId: new Types.ObjectId(ownerId), noteId: new Types.ObjectId(noteId) })
    }
  }
}

function toRow ({ noteId, expiresAt, ...rest }: Partial<PublicLinkFields>): object {
  return { ...toIds({ noteId }), ...rest, ...toDates({ expiresAt }) }
}

function toFields ({ noteId, encapsulatedKey, encryptedSymmetricKey, expiresAt }: PublicLinkRow): PublicLinkFields {
  return { noteId: noteId.toHexString(), encapsulatedKey, encryptedSymmetricKey, expiresAt: toTime(expiresAt) }
}
