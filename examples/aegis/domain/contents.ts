import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { failed, success, type Result } from '../types/result.ts'
import type { NoteStore } from './notes.ts'
import type { Caller, Events, Trail } from './ports.ts'
import { evaluate, type RequestHeaders, type Validators } from './preconditions.ts'
import type { Slice } from './range.ts'

/** What opens a content: its symmetric key, encrypted with a key that is encapsulated for whoever may read. Both in base64. */
export interface ContentKeys {
  readonly encapsulatedKey: string
  readonly encryptedSymmetricKey: string
}

/** Bytes that are stored whole. */
export interface StoredFile {
  readonly fileId: string
  /** In bytes. */
  readonly size: number
  /** Of the bytes, in base64. */
  readonly sha256: string
}

/** The content of a note. */
export interface StoredContent extends StoredFile, ContentKeys {
  readonly updatedAt: string
}

/** What became of a stream of bytes. When it is not stored, nothing of it is left. */
export type Written =
  | { readonly kind: 'stored', readonly file: StoredFile }
  | { readonly kind: 'too-large' }
  /** The source ended before it was whole. */
  | { readonly kind: 'broken-off' }

/** The bytes of a content are not there any more: it was replaced or removed. */
export class ContentGone extends Error {
  override name = 'ContentGone'
}

/** Where the bytes are kept. */
export interface ContentFiles {
  /**
   * Runs something that makes or removes files of a note. Files of work that a process did not survive are found by it later.
   * @param work gets the id of the file that it may make
   */
  working<Value> (noteId: string, work: (fileId: string) => Promise<Value>): Promise<Value>
  /** Stores the bytes as they come, a piece at a time. A source that is too large is told to return. */
  write (noteId: string, fileId: string, source: AsyncIterable<Uint8Array>, limit: number): Promise<Written>
  /** The bytes as a stream that holds little; destroying it lets everything go. It fails with ContentGone when they go. */
  read (file: StoredFile, slice?: Slice): Readable
  remove (fileId: string): Promise<void>
  /** Removes whatever there is of a note. */
  removeAll (noteId: string): Promise<void>
}

/** The contents that notes have, by note. */
export interface ContentIndex {
  /** Gives a note its content, or takes it away, if it has the file `expected` (null: none; undefined: whatever). */
  setContent (ownerId: string, noteId: string, content: StoredContent | null, expected: string | null | undefined): Promise<
    { readonly kind: 'set', readonly replaced: StoredContent | null, readonly version: number } | { readonly kind: 'missing' } | { readonly kind: 'unexpected' }>
}

/** A content on its way in. */
export interface Upload {
  readonly keys: ContentKeys
  readonly source: AsyncIterable<Uint8Array>
  /** In bytes, where the client says it. */
  readonly length: number | undefined
  readonly headers: RequestHeaders
}

export interface Contents {
  get (ownerId: string, noteId: string): Promise<Result<StoredContent>>
  /** The bytes as a stream, as soon as the first of them are there. Undefined when the content has been replaced or removed. */
  open (content: StoredContent, slice?: Slice): Promise<Readable | undefined>
  /** Undefined in the result's value: the client has gone, and nobody waits for an answer. */
  put (caller: Caller, noteId: string, upload: Upload): Promise<Result<{ readonly content: StoredContent, readonly created: boolean } | undefined>>
  remove (caller: Caller, noteId: string, headers: RequestHeaders): Promise<Result<undefined>>
}

const noNote = failed({ kind: 'missing', code: 'NOTE_NOT_FOUND', message: 'There is no such note' })
const noContent = failed({ kind: 'missing', code: 'CONTENT_NOT_FOUND', message: 'The note has no content' })
/** A condition of the request does not hold. */
export const unexpected = failed({ kind: 'precondition', code: 'PRECONDITION_FAILED', message: 'The content is not, or no longer, what the request expects' })

interface Parts {
  readonly notes: Pick<NoteStore, 'find'> & ContentIndex
  readonly files: ContentFiles
  /** Of one content, in bytes. */
  readonly limit: number
  readonly trail: Trail
  readonly events: Events
  readonly now: () => Date
}

/** The contents of notes. A new one replaces the old at once when it is whole; until then the old one is there. */
export function createContents ({ notes, files, limit, trail, events, now }: Parts): Contents {
  const tooLarge = failed({ kind: 'too-large', code: 'CONTENT_TOO_LARGE', message: `The content is larger than ${limit} bytes` })

  async function told (caller: Caller, noteId: string, change: 'content-updated' | 'content-deleted', payload: Readonly<Record<string, unknown>>): Promise<void> {
    await trail.activity({ userId: caller.userId, action: `note.${change}`, resource: 'note', resourceId: noteId })
    for (const room of [`user:${caller.userId}`, `note:${noteId}`]) events.publish({ room, name: `note:${change}`, payload: { id: noteId, ...payload } })
  }

  return {
    async get (ownerId, noteId) {
      const note = await notes.find(ownerId, noteId)
      if (note === undefined) return noNote
      return note.content === null ? noContent : success(note.content)
    },

    async open (content, slice) {
      const stream = files.read(content, slice)
      try {
        await once(stream, 'readable')
        return stream
      } catch (error) {
        if (error instanceof ContentGone) return undefined
        throw error
      }
    },

    async put (caller, noteId, { keys, source, length, headers }) {
      const note = await notes.find(caller.userId, noteId)
      if (note === undefined) return noNote
      const expected = conditionOn(headers, note.content)
      if (!expected.ok) return expected
      if (length !== undefined && length > limit) return tooLarge
      return await files.working(noteId, async fileId => {
        const written = await files.write(noteId, fileId, source, limit)
        if (written.kind === 'too-large') return tooLarge
        if (written.kind === 'broken-off') return success(undefined)
        const content = Object.freeze({ ...written.file, ...keys, updatedAt: now().toISOString() })
        const change = await notes.setContent(caller.userId, noteId, content, expected.value)
        if (change.kind !== 'set') {
          await files.remove(fileId)
          return change.kind === 'missing' ? noNote : unexpected
        }
        if (change.replaced !== null) await files.remove(change.replaced.fileId)
        await told(caller, noteId, 'content-updated', { version: change.version, size: content.size, updatedAt: content.updatedAt })
        return success({ content, created: change.replaced === null })
      })
    },

    async remove (caller, noteId, headers) {
      const note = await notes.find(caller.userId, noteId)
      if (note === undefined) return noNote
      if (note.content === null) return noContent
      const expected = conditionOn(headers, note.content)
      if (!expected.ok) return expected
      return await files.working(noteId, async () => {
        const change = await notes.setContent(caller.userId, noteId, null, expected.value)
        if (change.kind === 'missing') return noNote
        if (change.kind === 'unexpected') return unexpected
        if (change.replaced === null) return noContent
        await files.remove(change.replaced.fileId)
        await told(caller, noteId, 'content-deleted', { version: change.version })
        return success(undefined)
      })
    }
  }
}

/** A content's validators, for those who open it with these keys. The tag is of the bytes and of the keys: an answer has both. */
export function validatorsOf (content: StoredContent, keys: ContentKeys = content): Validators {
  const digest = createHash('sha256').update(JSON.stringify([content.sha256, keys.encapsulatedKey, keys.encryptedSymmetricKey])).digest('base64url')
  return { etag: `"${digest}"`, lastModified: new Date(content.updatedAt) }
}

/** What a conditional request binds its change to: the file that it was judged by. Without a condition, nothing. */
function conditionOn (headers: RequestHeaders, content: StoredContent | null): Result<string | null | undefined> {
  const conditional = ['if-match', 'if-none-match', 'if-unmodified-since'].some(name => headers[name] !== undefined)
  if (!conditional) return success(undefined)
  const verdict = evaluate(headers, content === null ? undefined : validatorsOf(content), false)
  return verdict === 'proceed' ? success(content?.fileId ?? null) : unexpected
}
