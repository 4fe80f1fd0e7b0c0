import { failed, success, type Result } from '../types/result.ts'
import { MAX_FOLDER_DEPTH, misplacement, type FolderNode } from './folder-tree.ts'
import { createOwnedRecords, unprocessable, type Owned, type OwnedRecords, type OwnedStore } from './owned-records.ts'
import type { Caller, Events, Trail } from './ports.ts'

export interface FolderFields {
  readonly encryptedName: string
  /** Null at the top. */
  readonly parentId: string | null
}

export type Folder = Owned<FolderFields>

export interface FolderDraft {
  readonly encryptedName: string
  readonly parentId?: string | null
}

export type FolderChanges = Partial<FolderDraft>

export interface FolderStore extends OwnedStore<FolderFields> {
  /** All folders of an owner. */
  tree (ownerId: string): Promise<readonly FolderNode[]>
  /** Whether any folder lies in this one. */
  holds (ownerId: string, folderId: string): Promise<boolean>
}

/** Something that may lie in folders. */
export interface FolderContents {
  holds (ownerId: string, folderId: string): Promise<boolean>
}

export type Folders = OwnedRecords<FolderFields, FolderDraft, FolderChanges>

/**
 * A tree of folders. One that is not empty is not removed: moving its contents up would change many records, some of them
 * open elsewhere, for one request, and could stop half-way. What is put into a folder at the moment in which that goes
 * has lost its place and nothing else: it counts as lying at the top.
 * @param options.contents what else, beside folders, may lie in one
 */
export function createFolders ({ store, contents, trail, events }: { store: FolderStore, contents: readonly FolderContents[], trail: Trail, events: Events }): Folders {
  const full = failed({ kind: 'conflict', code: 'FOLDER_NOT_EMPTY', message: 'Something lies in the folder: move or remove that first' })

  async function checkPlace (caller: Caller, parentId: string | null | undefined, id?: string): Promise<Result<undefined>> {
    if (parentId == null) return success(undefined)
    const tree = await store.tree(caller.userId)
    if (!tree.some(folder => folder.id === parentId)) return unprocessable('FOLDER_UNKNOWN', 'You have no such folder', 'parentId')
    const problem = misplacement(tree, parentId, id)
    if (problem === 'cycle') return unprocessable('FOLDER_CYCLE', 'A folder cannot lie in itself, nor in what lies in it', 'parentId')
    if (problem === 'depth') return unprocessable('FOLDER_TOO_DEEP', `Folders lie at most ${MAX_FOLDER_DEPTH} deep`, 'parentId')
    return success(undefined)
  }

  return createOwnedRecords<FolderFields, FolderDraft, FolderChanges>({
    resource: 'folder',
    noun: 'folder',
    store,
    trail,
    events,

    async create (caller, { encryptedName, parentId = null }) {
      const place = await checkPlace(caller, parentId)
      return place.ok ? success({ encryptedName, parentId }) : place
    },

    async revise (caller, current, fields) {
      const place = await checkPlace(caller, fields.parentId, current.id)
      return place.ok ? success({ fields }) : place
    },

    async confirm (caller, { id, parentId }) {
      return await checkPlace(caller, parentId, id)
    },

    async release (caller, id) {
      for (const place of [store, ...contents]) {
        if (await place.holds(caller.userId, id)) return full
      }
      return success(undefined)
    }
  })
}
