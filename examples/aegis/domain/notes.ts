import type { Page } from '../types/page.ts'
import { success, type Result } from '../types/result.ts'
import type { ContentFiles, StoredContent } from './contents.ts'
import { createOwnedRecords, unprocessable, type Owned, type OwnedRecords, type OwnedStore } from './owned-records.ts'
import type { Caller, Events, Trail } from './ports.ts'

export interface NoteFields {
  readonly encryptedTitle: string
  /** What the client keeps beside title and content: tags, colours, a preview. */
  readonly encryptedData: string | null
  /** Null at the top. */
  readonly folderId: string | null
  /** Null until there is one. */
  readonly content: StoredContent | null
}

export type Note = Owned<NoteFields>

/** A note as clients see it. */
export type NoteView = Omit<Note, 'content'> & { readonly content: Pick<StoredContent, 'size' | 'sha256' | 'updatedAt'> | null }

export function viewOf ({ id, encryptedTitle, encryptedData, folderId, content, version, createdAt, updatedAt }: Note): NoteView {
  return { id, encryptedTitle, encryptedData, folderId, content: content && contentView(content), version, createdAt, updatedAt }
}

/** A content as clients see it beside its bytes. */
export function contentView ({ size, sha256, updatedAt }: StoredContent): NonNullable<NoteView['content']> {
  return { size, sha256, updatedAt }
}

export interface NoteDraft {
  readonly encryptedTitle: string
  readonly encryptedData?: string | null
  readonly folderId?: string | null
}

export type NoteChanges = Partial<NoteDraft>

export interface NotePage extends Page {
  readonly folderId?: string
}

export interface NoteStore extends OwnedStore<NoteFields> {
  list (ownerId: string, page: NotePage): Promise<readonly Note[]>
  /** Whether any note lies in the folder. */
  holds (ownerId: string, folderId: string): Promise<boolean>
}

/** What there is to know of folders here. */
export interface KnownFolders {
  find (ownerId: string, id: string): Promise<unknown>
}

/** What belongs to a note and goes with it: shares, public links. */
export interface NoteDependents {
  removeOfNote (ownerId: string, noteId: string): Promise<void>
}

export interface Notes extends OwnedRecords<NoteFields, NoteDraft, NoteChanges> {
  list (caller: Caller, page: NotePage): Promise<readonly Note[]>
}

interface Parts {
  readonly store: NoteStore
  readonly folders: KnownFolders
  readonly files: ContentFiles
  readonly dependents: readonly NoteDependents[]
  readonly trail: Trail
  readonly events: Events
}

/** Notes: what is here is small; the content, which may be large, is streamed by `contents.ts`. */
export function createNotes ({ store, folders, files, dependents, trail, events }: Parts): Notes {
  async function checkFolder (caller: Caller, folderId: string | null | undefined): Promise<Result<undefined>> {
    if (folderId == null || await folders.find(caller.userId, folderId) !== undefined) return success(undefined)
    return unprocessable('FOLDER_UNKNOWN', 'You have no such folder', 'folderId')
  }

  const records = createOwnedRecords<NoteFields, NoteDraft, NoteChanges>({
    resource: 'note',
    noun: 'note',
    store,
    trail,
    events: inRooms(events),

    async create (caller, { encryptedTitle, encryptedData = null, folderId = null }) {
      const folder = await checkFolder(caller, folderId)
      return folder.ok ? success({ encryptedTitle, encryptedData, folderId, content: null }) : folder
    },

    async revise (caller, _current, fields) {
      const folder = await checkFolder(caller, fields.folderId)
      return folder.ok ? success({ fields }) : folder
    }
  })

  return {
    ...records,
    list: (caller, page) => store.list(caller.userId, page),

    async remove (caller, id) {
      // The content is work in hand until it is gone, so that it goes even if this process dies half-way.
      return await files.working(id, async () => {
        const removed = await records.remove(caller, id)
        if (!removed.ok) return removed
        await files.removeAll(id)
        for (const dependent of dependents) await dependent.removeOfNote(caller.userId, id)
        return removed
      })
    }
  }
}

/** Events that also reach those who joined the note's room. */
function inRooms (events: Events): Events {
  return {
    publish (event) {
      events.publish(event)
      events.publish({ ...event, room: `note:${String(event.payload.id)}` })
    }
  }
}
