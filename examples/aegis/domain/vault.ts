import { success, type Result } from '../types/result.ts'
import type { FolderStore } from './folders.ts'
import { createOwnedRecords, unprocessable, type Owned, type OwnedRecords, type OwnedStore } from './owned-records.ts'
import type { Caller, Events, Trail } from './ports.ts'

export type VaultKind = 'login' | 'card' | 'identity' | 'note'

export interface VaultFields {
  readonly kind: VaultKind
  readonly encryptedTitle: string
  readonly encryptedData: string
  readonly favourite: boolean
  /** Null at the top. */
  readonly folderId: string | null
}

export type VaultItem = Owned<VaultFields>

export interface VaultDraft {
  readonly kind: VaultKind
  readonly encryptedTitle: string
  readonly encryptedData: string
  readonly favourite?: boolean
  readonly folderId?: string | null
}

/** The kind of an item stays: another kind has other fields in its ciphertext. */
export type VaultChanges = Partial<Omit<VaultDraft, 'kind'>>

export interface VaultStore extends OwnedStore<VaultFields> {
  /** Whether any item lies in this folder. */
  holds (ownerId: string, folderId: string): Promise<boolean>
}

export type Vault = OwnedRecords<VaultFields, VaultDraft, VaultChanges>

/** Passwords, cards and the like. What is done to them is audited. */
export function createVault ({ store, folders, trail, events }: { store: VaultStore, folders: Pick<FolderStore, 'find'>, trail: Trail, events: Events }): Vault {
  async function checkFolder (caller: Caller, id: string | null | undefined): Promise<Result<undefined>> {
    if (id == null || await folders.find(caller.userId, id) !== undefined) return success(undefined)
    return unprocessable('FOLDER_UNKNOWN', 'You have no such folder', 'folderId')
  }

  return createOwnedRecords<VaultFields, VaultDraft, VaultChanges>({
    resource: 'vault',
    noun: 'vault item',
    audited: true,
    store,
    trail,
    events,

    async create (caller, { kind, encryptedTitle, encryptedData, favourite = false, folderId = null }) {
      const folder = await checkFolder(caller, folderId)
      return folder.ok ? success({ kind, encryptedTitle, encryptedData, favourite, folderId }) : folder
    },

    async revise (caller, _current, fields) {
      const folder = await checkFolder(caller, fields.folderId)
      return folder.ok ? success({ fields }) : folder
    }
  })
}
