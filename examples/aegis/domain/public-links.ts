import { createHash } from 'node:crypto'
import type { Page } from '../types/page.ts'
import { failed, success, type Result } from '../types/result.ts'
import type { Contents, ContentKeys, StoredContent } from './contents.ts'
import { viewOf, type NoteDependents, type NoteStore, type NoteView } from './notes.ts'
import { unprocessable, type Owned, type OwnedStore } from './owned-records.ts'
import type { Caller, Events, Trail } from './ports.ts'
import { checkTime } from './times.ts'

/** A way to read a note without an account. The keys are encrypted with a secret that only the link's fragment has. */
export interface PublicLinkFields extends ContentKeys {
  readonly noteId: string
  /** Null: it does not expire. */
  readonly expiresAt: string | null
}

export type PublicLink = Owned<PublicLinkFields>

export interface PublicLinkDraft extends ContentKeys {
  readonly noteId: string
  readonly expiresAt?: string | null
}

export type PublicLinkChanges = Partial<Omit<PublicLinkDraft, 'noteId'>>

/** Links by their owner, and by the hash of their token. */
export interface PublicLinkStore extends Omit<OwnedStore<PublicLinkFields>, 'insert'>, NoteDependents {
  insert (ownerId: string, fields: PublicLinkFields, tokenHash: string): Promise<PublicLink>
  findByHash (tokenHash: string): Promise<(PublicLink & { readonly ownerId: string }) | undefined>
}

/** A note as those who have a link see it. */
export interface PublicNote extends ContentKeys {
  readonly expiresAt: string | null
  readonly note: Pick<NoteView, 'encryptedTitle' | 'encryptedData' | 'content' | 'updatedAt'>
}

export interface PublicLinks {
  list (caller: Caller, page: Page): Promise<readonly PublicLink[]>
  /** The only answer with the token: what is stored is its hash. */
  add (caller: Caller, draft: PublicLinkDraft): Promise<Result<PublicLink & { readonly token: string }>>
  change (caller: Caller, id: string, changes: PublicLinkChanges): Promise<Result<PublicLink>>
  revoke (caller: Caller, id: string): Promise<Result<undefined>>
  /** What anybody with the token may read. A token that is unknown, expired or revoked is answered alike. */
  read (token: string): Promise<Result<PublicNote>>
  content (token: string): Promise<Result<{ readonly content: StoredContent, readonly keys: ContentKeys }>>
}

interface Parts {
  readonly store: PublicLinkStore
  readonly notes: Pick<NoteStore, 'find'>
  readonly contents: Pick<Contents, 'get'>
  readonly trail: Trail
  readonly events: Events
  readonly now: () => Date
  /** 32 random bytes in base64url. */
  readonly newToken: () => string
}

const missing = failed({ kind: 'missing', code: 'LINK_NOT_FOUND', message: 'There is no such link, or it has expired' })
const tokenForm = /^[A-Za-z0-9_-]{43}$/

export function createPublicLinks ({ store, notes, contents, trail, events, now, newToken }: Parts): PublicLinks {
  async function tell (caller: Caller, { id, noteId }: PublicLink, action: 'created' | 'updated' | 'revoked'): Promise<void> {
    await trail.activity({ userId: caller.userId, action: `link.${action}`, resource: 'link', resourceId: id })
    await trail.audit({ userId: caller.userId, event: `link.${action}`, address: caller.address, requestId: caller.requestId, details: { id, noteId } })
    events.publish({ room: `user:${caller.userId}`, name: `link:${action}`, payload: { id, noteId } })
  }

  function checkExpiry (expiresAt: string | null | undefined): Result<undefined> {
    const time = checkTime(expiresAt, 'expiresAt')
    if (!time.ok || expiresAt == null || expiresAt > now().toISOString()) return time
    return unprocessable('EXPIRY_PAST', 'The link would have expired already', 'expiresAt')
  }

  async function open (token: string): Promise<(PublicLink & { readonly ownerId: string }) | undefined> {
    const link = tokenForm.test(token) ? await store.findByHash(hashOf(token)) : undefined
    return link === undefined || (link.expiresAt !== null && link.expiresAt <= now().toISOString()) ? undefined : link
  }

  return {
    list: (caller, page) => store.list(caller.userId, page),

    async add (caller, { noteId, encapsulatedKey, encryptedSymmetricKey, expiresAt = null }) {
      const expiry = checkExpiry(expiresAt)
      if (!expiry.ok) return expiry
      if (await notes.find(caller.userId, noteId) === undefined) return unprocessable('NOTE_UNKNOWN', 'You have no such note', 'noteId')
      const token = newToken()
      const link = await store.insert(caller.userId, { noteId, encapsulatedKey, encryptedSymmetricKey, expiresAt }, hashOf(token))
      await tell(caller, link, 'created')
      return success({ ...link, token })
    },

    async change (caller, id, changes) {
      const expiry = checkExpiry(changes.expiresAt)
      if (!expiry.ok) return expiry
      const link = await store.find(caller.userId, id)
      const changed = link && await store.update(caller.userId, id, link.version, changes)
      if (changed === undefined) return link === undefined ? missing : failed({ kind: 'conflict', code: 'LINK_CHANGED', message: 'The link has been changed meanwhile: try again' })
      await tell(caller, changed, 'updated')
      return success(changed)
    },

    async revoke (caller, id) {
      const link = await store.find(caller.userId, id)
      if (link === undefined || !await store.remove(caller.userId, id)) return missing
      await tell(caller, link, 'revoked')
      return success(undefined)
    },

    async read (token) {
      const link = await open(token)
      const note = link && await notes.find(link.ownerId, link.noteId)
      if (link === undefined || note === undefined) return missing
      const { encryptedTitle, encryptedData, content, updatedAt } = viewOf(note)
      const { encapsulatedKey, encryptedSymmetricKey, expiresAt } = link
      return success({ encapsulatedKey, encryptedSymmetricKey, expiresAt, note: { encryptedTitle, encryptedData, content, updatedAt } })
    },

    async content (token) {
      const link = await open(token)
      if (link === undefined) return missing
      const content = await contents.get(link.ownerId, link.noteId)
      if (content.ok) return success({ content: content.value, keys: link })
      return content.failure.code === 'NOTE_NOT_FOUND' ? missing : content
    }
  }
}

/** What is stored of a token: 256 random bits need neither salt nor a slow hash. */
function hashOf (token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
