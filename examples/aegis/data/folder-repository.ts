import { Schema, type Connection, type Types } from 'mongoose'
import type { FolderFields, FolderStore } from '../domain/folders.ts'
import { createOwnedRepository, defineCollection, toIds, toObjectId, type OwnedRow } from './owned-repository.ts'

interface Row extends OwnedRow {
  readonly encryptedName: string
  readonly parentId: Types.ObjectId | null
}

const folders = defineCollection<Row>('Folder', 'folders', {
  encryptedName: { type: String, required: true },
  parentId: { type: Schema.Types.ObjectId, default: null }
}, [{ parentId: 1 }])

/** Makes the indexes. */
export async function prepareFolders (connection: Connection): Promise<void> {
  await folders.modelOf(connection).createIndexes()
}

/** Folders in MongoDB. */
export function createFolderRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): FolderStore {
  const { store, rows } = createOwnedRepository<FolderFields, Row>({
    model: folders.modelOf(connection),
    now,
    toRow: ({ parentId, ...rest }) => ({ ...rest, ...toIds({ parentId }) }),
    toFields: row => ({ encryptedName: row.encryptedName, parentId: row.parentId?.toHexString() ?? null })
  })
  return {
    ...store,
    async tree (ownerId) {
      const found = await rows(ownerId, {}, { projection: { _id: 1, parentId: 1 } })
      return found.map(row => ({ id: row._id.toHexString(), parentId: row.parentId?.toHexString() ?? null }))
    },
    async holds (ownerId, folderId) {
      const id = toObjectId(folderId)
      return id !== undefined && (await rows(ownerId, { parentId: id }, { limit: 1, projection: { _id: 1 } })).length > 0
    }
  }
}
