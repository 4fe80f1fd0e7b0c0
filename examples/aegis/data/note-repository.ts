import { Schema, Types, type Connection } from 'mongoose'
import type { ContentIndex, StoredContent } from '../domain/contents.ts'
import type { NoteFields, NoteStore } from '../domain/notes.ts'
import { createOwnedRepository, defineCollection, toIds, toObjectId, type OwnedRow } from './owned-repository.ts'

interface ContentRow {
  readonly fileId: Types.ObjectId
  readonly size: number
  readonly sha256: string
  readonly encapsulatedKey: string
  readonly encryptedSymmetricKey: string
  readonly updatedAt: Date
}

interface NoteRow extends OwnedRow {
  readonly encryptedTitle: string
  readonly encryptedData: string | null
  readonly folderId: Types.ObjectId | null
  readonly content: ContentRow | null
}

const contentSchema = new Schema<ContentRow>({
  fileId: { type: Schema.Types.ObjectId, required: true },
  size: { type: Number, required: true },
  sha256: { type: String, required: true },
  encapsulatedKey: { type: String, required: true },
  encryptedSymmetricKey: { type: String, required: true },
  updatedAt: { type: Date, required: true }
}, { _id: false })

const collection = defineCollection<NoteRow>('Note', 'notes', {
  encryptedTitle: { type: String, required: true },
  encryptedData: { type: String, default: null },
  folderId: { type: Schema.Types.ObjectId, default: null },
  content: { type: contentSchema, default: null }
}, [{ folderId: 1, _id: -1 }])

export type NoteRepository = NoteStore & ContentIndex

/** Makes the indexes that are missing. */
export async function prepareNotes (connection: Connection): Promise<void> {
  await collection.modelOf(connection).createIndexes()
}

/** Notes in MongoDB, without the bytes of their contents. */
export function createNoteRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): NoteRepository {
  const model = collection.modelOf(connection)
  const { store, rows, toRecord } = createOwnedRepository<NoteFields, NoteRow>({ model, toRow, toFields, now })
  return {
    ...store,

    async list (ownerId, { limit, before, folderId }) {
      const found = await rows(ownerId, {
        ...folderId !== undefined && { folderId: new Types.ObjectId(folderId) },
        ...before !== undefined && { _id: { $lt: new Types.ObjectId(before) } }
      }, { limit })
      return found.map(toRecord)
    },

    async holds (ownerId, folderId) {
      const folder = toObjectId(folderId)
      return folder !== undefined && (await rows(ownerId, { folderId: folder }, { limit: 1 })).length > 0
    },

    async setContent (ownerId, noteId, content, expected) {
      const _id = toObjectId(noteId)
      if (_id === undefined) return { kind: 'missing' }
      const key = { _id, ownerId: new Types.ObjectId(ownerId) }
      const condition = expected === undefined ? {} : expected === null ? { content: null } : { 'content.fileId': new Types.ObjectId(expected) }
      for (;;) {
        const row = await model.findOne({ ...key, ...condition }).lean<NoteRow>()
        if (row === null) break
        // Not findOneAndUpdate: the embedded server's lets two win that come at once. Whoever loses looks again.
        const { modifiedCount } = await model.updateOne({ ...key, version: row.version }, { $set: { content: content && toContentRow(content), updatedAt: now() }, $inc: { version: 1 } })
        if (modifiedCount === 1) return { kind: 'set', replaced: row.content && toContent(row.content), version: row.version + 1 }
      }
      return expected !== undefined && await model.findOne(key).lean() !== null ? { kind: 'unexpected' } : { kind: 'missing' }
    }
  }
}

function toRow ({ folderId, content, ...fields }: Partial<NoteFields>): object {
  return { ...fields, ...toIds({ folderId }), ...content !== undefined && { content: content && toContentRow(content) } }
}

function toFields ({ encryptedTitle, encryptedData, folderId, content }: NoteRow): NoteFields {
  return { encryptedTitle, encryptedData, folderId: folderId && folderId.toHexString(), content: content && toContent(content) }
}

function toContentRow ({ fileId, updatedAt, ...rest }: StoredContent): ContentRow {
  return { fileId: new Types.ObjectId(fileId), ...rest, updatedAt: new Date(updatedAt) }
}

function toContent ({ fileId, size, sha256, encapsulatedKey, encryptedSymmetricKey, updatedAt }: ContentRow): StoredContent {
  return Object.freeze({ fileId: fileId.toHexString(), size, sha256, encapsulatedKey, encryptedSymmetricKey, updatedAt: updatedAt.toISOString() })
}
