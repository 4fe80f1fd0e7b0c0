import { Schema, type Connection, type Types } from 'mongoose'
import type { VaultFields, VaultKind, VaultStore } from '../domain/vault.ts'
import { createOwnedRepository, defineCollection, toIds, toObjectId, type OwnedRow } from './owned-repository.ts'

interface Row extends OwnedRow {
  readonly kind: VaultKind
  readonly encryptedTitle: string
  readonly encryptedData: string
  readonly favourite: boolean
  readonly folderId: Types.ObjectId | null
}

const vault = defineCollection<Row>('VaultItem', 'vault', {
  kind: { type: String, enum: ['login', 'card', 'identity', 'note'], required: true },
  encryptedTitle: { type: String, required: true },
  encryptedData: { type: String, required: true },
  favourite: { type: Boolean, required: true },
  folderId: { type: Schema.Types.ObjectId, default: null }
}, [{ folderId: 1 }])

/** Makes the indexes. */
export async function prepareVault (connection: Connection): Promise<void> {
  await vault.modelOf(connection).createIndexes()
}

/** Vault items in MongoDB. */
export function createVaultRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): VaultStore {
  const { store, rows } = createOwnedRepository<VaultFields, Row>({
    model: vault.modelOf(connection),
    now,
    toRow: ({ folderId, ...rest }) => ({ ...rest, ...toIds({ folderId }) }),
    toFields: row => ({
      kind: row.kind,
      encryptedTitle: row.encryptedTitle,
      encryptedData: row.encryptedData,
      favourite: row.favourite,
      folderId: row.folderId?.toHexString() ?? null
    })
  })
  return {
    ...store,
    async holds (ownerId, folderId) {
      const id = toObjectId(folderId)
      return id !== undefined && (await rows(ownerId, { folderId: id }, { limit: 1, projection: { _id: 1 } })).length > 0
    }
  }
}
