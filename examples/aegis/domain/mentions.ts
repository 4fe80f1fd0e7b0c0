import type { Page } from '../types/page.ts'
import { failed, success, type Result } from '../types/result.ts'
import { isId } from './ids.ts'
import type { Caller, Events, Trail } from './ports.ts'

/** Somebody called a user to a note. */
export interface Mention {
  readonly id: string
  readonly noteId: string
  readonly authorId: string
  /** Base64; the server cannot read it. */
  readonly encryptedContext: string
  readonly read: boolean
  readonly createdAt: string
}

export interface MentionDraft {
  readonly noteId: string
  readonly userIds: readonly string[]
  readonly encryptedContext: string
}

export interface MentionQuery extends Page {
  readonly unread?: boolean
}

/** Where mentions are kept. A mention belongs to the user who is mentioned. */
export interface MentionStore {
  /** One for each user, in their order. */
  insert (authorId: string, draft: MentionDraft, at: Date): Promise<readonly (Mention & { readonly ownerId: string })[]>
  find (ownerId: string, id: string): Promise<Mention | undefined>
  /** Newest first. */
  list (ownerId: string, query: MentionQuery): Promise<readonly Mention[]>
  mark (ownerId: string, id: string, read: boolean): Promise<Mention | undefined>
  /** False when there was none. */
  remove (ownerId: string, id: string): Promise<boolean>
}

export interface SentMention {
  readonly id: string
  readonly userId: string
}

export interface Mentions {
  /** Calls users to a note. The author may read it and is connected with each of them, or nothing is done. */
  add (caller: Caller, draft: MentionDraft): Promise<Result<readonly SentMention[]>>
  list (ownerId: string, query: MentionQuery): Promise<readonly Mention[]>
  get (ownerId: string, id: string): Promise<Result<Mention>>
  change (caller: Caller, id: string, changes: { readonly read: boolean }): Promise<Result<Mention>>
  remove (caller: Caller, id: string): Promise<Result<undefined>>
}

export interface MentionParts {
  readonly store: MentionStore
  /** Whether the user may read the note. */
  readonly mayRead: (userId: string, noteId: string) => Promise<boolean>
  /** Those of the users that the owner is connected with. */
  readonly connectedAmong: (ownerId: string, userIds: readonly string[]) => Promise<ReadonlySet<string>>
  readonly trail: Trail
  readonly events: Events
  readonly now: () => Date
}

const noMention = failed({ kind: 'missing', code: 'MENTION_NOT_FOUND', message: 'There is no such mention' })
const noNote = failed({ kind: 'missing', code: 'NOTE_NOT_FOUND', message: 'There is no such note' })
const noUser = failed({ kind: 'missing', code: 'USER_NOT_FOUND', message: 'You are not connected with all of these users', field: 'userIds' })

export function createMentions ({ store, mayRead, connectedAmong, trail, events, now }: MentionParts): Mentions {
  async function happened ({ userId }: Caller, action: string, resource: string, resourceId: string): Promise<void> {
    await trail.activity({ userId, action, resource, resourceId })
  }

  return {
    async add (caller, draft) {
      if (!await mayRead(caller.userId, draft.noteId)) return noNote
      const connected = await connectedAmong(caller.userId, draft.userIds)
      if (!draft.userIds.every(userId => connected.has(userId))) return noUser
      const added = await store.insert(caller.userId, draft, now())
      await happened(caller, 'note.mentioned', 'note', draft.noteId)
      for (const { ownerId, id, noteId, authorId } of added) {
        events.publish({ room: `user:${ownerId}`, name: 'mention:created', payload: { id, noteId, authorId } })
      }
      return success(added.map(({ id, ownerId }) => ({ id, userId: ownerId })))
    },

    list: (ownerId, query) => store.list(ownerId, query),

    async get (ownerId, id) {
      const mention = isId(id) ? await store.find(ownerId, id) : undefined
      return mention === undefined ? noMention : success(mention)
    },

    async change (caller, id, { read }) {
      const mention = isId(id) ? await store.mark(caller.userId, id, read) : undefined
      if (mention === undefined) return noMention
      await happened(caller, read ? 'mention.read' : 'mention.unread', 'mention', id)
      events.publish({ room: `user:${caller.userId}`, name: 'mention:updated', payload: { id, read } })
      return success(mention)
    },

    async remove (caller, id) {
      if (!isId(id) || !await store.remove(caller.userId, id)) return noMention
      await happened(caller, 'mention.deleted', 'mention', id)
      events.publish({ room: `user:${caller.userId}`, name: 'mention:deleted', payload: { id } })
      return success(undefined)
    }
  }
}
