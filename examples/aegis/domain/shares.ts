import type { Page } from '../types/page.ts'
import { failed, success, type Failure, type Result } from '../types/result.ts'
import type { Contents, ContentKeys, StoredContent } from './contents.ts'
import { viewOf, type NoteDependents, type NoteStore, type NoteView } from './notes.ts'
import type { Owned, OwnedStore } from './owned-records.ts'
import type { Caller, Events, Trail } from './ports.ts'

/** A note that its owner lets another user read; the keys are encrypted for that user. */
export interface ShareFields extends ContentKeys {
  readonly noteId: string
  readonly recipientId: string
}

export type Share = Owned<ShareFields>

/** A share as its recipient sees it. */
export interface ReceivedShare extends Share {
  readonly ownerId: string
}

export interface ShareDraft extends ContentKeys {
  readonly noteId: string
  readonly recipientEmail: string
}

/** New keys, as after a new content with a new symmetric key. */
export type ShareChanges = Partial<ContentKeys>

/** Shares by their owner, who gave them, and by their recipient. */
export interface ShareStore extends Omit<OwnedStore<ShareFields>, 'insert'>, NoteDependents {
  /** Undefined when the note is shared with that user already. */
  insert (ownerId: string, fields: ShareFields): Promise<Share | undefined>
  received: {
    list (recipientId: string, page: Page): Promise<readonly ReceivedShare[]>
    find (recipientId: string, id: string): Promise<ReceivedShare | undefined>
  }
}

/** What there is to know of users here. */
export interface KnownUsers {
  /** @param email in lower case */
  findByEmail (email: string): Promise<{ readonly id: string } | undefined>
}

export interface Shares {
  list (caller: Caller, page: Page): Promise<readonly Share[]>
  get (caller: Caller, id: string): Promise<Result<Share>>
  add (caller: Caller, draft: ShareDraft): Promise<Result<Share>>
  change (caller: Caller, id: string, changes: ShareChanges): Promise<Result<Share>>
  revoke (caller: Caller, id: string): Promise<Result<undefined>>
  received (caller: Caller, page: Page): Promise<readonly ReceivedShare[]>
  /** What a recipient may read: the share with its note, */
  read (caller: Caller, id: string): Promise<Result<ReceivedShare & { readonly note: NoteView }>>
  /** and the content, with the keys of the share. */
  content (caller: Caller, id: string): Promise<Result<{ readonly content: StoredContent, readonly keys: ContentKeys }>>
}

interface Parts {
  readonly store: ShareStore
  readonly notes: Pick<NoteStore, 'find'>
  readonly contents: Pick<Contents, 'get'>
  readonly users: KnownUsers
  readonly trail: Trail
  readonly events: Events
}

const missing = failed({ kind: 'missing', code: 'SHARE_NOT_FOUND', message: 'There is no such share' })

/** Notes shared with other users. A share lets its recipient read the note and its content, and nothing else. */
export function createShares ({ store, notes, contents, users, trail, events }: Parts): Shares {
  async function tell (caller: Caller, share: Share, action: 'created' | 'updated' | 'revoked'): Promise<void> {
    const { id, noteId, recipientId } = share
    await trail.activity({ userId: caller.userId, action: `share.${action}`, resource: 'share', resourceId: id })
    await trail.audit({ userId: caller.userId, event: `share.${action}`, address: caller.address, requestId: caller.requestId, details: { id, noteId, recipientId } })
    for (const userId of [caller.userId, recipientId]) events.publish({ room: `user:${userId}`, name: `share:${action}`, payload: { id, noteId } })
  }

  return {
    list: (caller, page) => store.list(caller.userId, page),

    async get (caller, id) {
      const share = await store.find(caller.userId, id)
      return share === undefined ? missing : success(share)
    },

    async add (caller, { noteId, recipientEmail, encapsulatedKey, encryptedSymmetricKey }) {
      if (await notes.find(caller.userId, noteId) === undefined) return refused('unprocessable', 'NOTE_UNKNOWN', 'You have no such note', 'noteId')
      const recipientId = (await users.findByEmail(recipientEmail.toLowerCase()))?.id
      if (recipientId === undefined) return refused('unprocessable', 'RECIPIENT_UNKNOWN', 'Nobody has this e-mail address', 'recipientEmail')
      if (recipientId === caller.userId) return refused('unprocessable', 'RECIPIENT_YOURSELF', 'The note is yours already', 'recipientEmail')
      const share = await store.insert(caller.userId, { noteId, recipientId, encapsulatedKey, encryptedSymmetricKey })
      if (share === undefined) return refused('conflict', 'SHARE_EXISTS', 'You share this note with this user already', 'recipientEmail')
      await tell(caller, share, 'created')
      return success(share)
    },

    async change (caller, id, changes) {
      const share = await store.find(caller.userId, id)
      const changed = share && await store.update(caller.userId, id, share.version, changes)
      // What was changed or revoked meanwhile is not what the client saw.
      if (changed === undefined) return share === undefined ? missing : refused('conflict', 'SHARE_CHANGED', 'The share has been changed meanwhile: try again')
      await tell(caller, changed, 'updated')
      return success(changed)
    },

    async revoke (caller, id) {
      const share = await store.find(caller.userId, id)
      if (share === undefined || !await store.remove(caller.userId, id)) return missing
      await tell(caller, share, 'revoked')
      events.evict?.(share.recipientId, `note:${share.noteId}`)
      return success(undefined)
    },

    received: (caller, page) => store.received.list(caller.userId, page),

    async read (caller, id) {
      const share = await store.received.find(caller.userId, id)
      const note = share && await notes.find(share.ownerId, share.noteId)
      return note === undefined ? missing : success({ ...share!, note: viewOf(note) })
    },

    async content (caller, id) {
      const share = await store.received.find(caller.userId, id)
      if (share === undefined) return missing
      const content = await contents.get(share.ownerId, share.noteId)
      if (content.ok) return success({ content: content.value, keys: share })
      return content.failure.code === 'NOTE_NOT_FOUND' ? missing : content
    }
  }
}

function refused (kind: Failure['kind'], code: string, message: string, field?: string): { readonly ok: false, readonly failure: Failure } {
  return failed({ kind, code, message, ...field !== undefined && { field } })
}
