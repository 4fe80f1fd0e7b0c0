import { Type, type Static, type TSchema } from 'typebox'
import { TIME_FORM } from '../domain/times.ts'
import { answers, base64, base64OrNull, closed, Limit, Nothing, nullable, ObjectId } from './schemas.ts'

const idOrNull = Type.Unsafe<string | null>({ ...ObjectId, type: ['string', 'null'] })
const timeOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'], minLength: 1, pattern: TIME_FORM.source, patternName: 'time', description: 'ISO 8601 with milliseconds, in UTC.' })
const seen = { version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'The version that you have seen: when there is a newer one, nothing is changed (409).' })) }
const kept = { version: Type.Integer(), createdAt: Type.String(), updatedAt: Type.String() }
const listOf = <Item extends TSchema>(item: Item) => Type.Unsafe<ReadonlyArray<Static<Item>>>(Type.Array(item))

const title = base64(2_048)
const note = { encryptedData: Type.Optional(base64OrNull(1_048_576)), folderId: Type.Optional(idOrNull) }
export const NewNote = Type.Object({ encryptedTitle: title, ...note }, closed)
export const NoteChanges = Type.Object({ encryptedTitle: Type.Optional(title), ...note, ...seen }, { ...closed, minProperties: 1 })
export const NotePage = Type.Object({ limit: Type.Optional(Limit), before: Type.Optional(ObjectId), folderId: Type.Optional(ObjectId) }, closed)

export const Content = Type.Object({
  size: Type.Integer({ description: 'In bytes.' }),
  sha256: Type.String({ description: 'Of the bytes, in base64.' }),
  updatedAt: Type.String()
})
const content = Type.Unsafe<Static<typeof Content> | null>({ ...Content, type: ['object', 'null'] })
export const Note = Type.Object({
  id: Type.String(), encryptedTitle: Type.String(), encryptedData: nullable<string>('string'), folderId: nullable<string>('string'), content, ...kept
})
export const NoteList = Type.Object({ notes: listOf(Note) })

const key = base64(4_096)
export const ContentHeaders = Type.Object({ 'x-encapsulated-key': key, 'x-encrypted-symmetric-key': key })
/** Fastify hands streams on as they are: what is said here is said to readers. */
export const Bytes = Type.Unsafe<NodeJS.ReadableStream | undefined>({ description: 'The bytes, with the headers x-encapsulated-key and x-encrypted-symmetric-key.', type: 'string', format: 'binary' })
/** What a content is answered with; a range is for GET alone (RFC 9110, 14.2). */
export const contentAnswers = (method: 'GET' | 'HEAD') => method === 'GET' ? answers({ 200: Bytes, 206: Bytes, 304: Nothing }) : answers({ 200: Bytes, 304: Nothing })

const keys = { encapsulatedKey: key, encryptedSymmetricKey: key }
const newKeys = { encapsulatedKey: Type.Optional(key), encryptedSymmetricKey: Type.Optional(key) }
const email = Type.String({ minLength: 1, maxLength: 254, pattern: '^[^\\s@\\p{Cc}]+@[^\\s@\\p{Cc}]+$', patternName: 'e-mail' })
export const NewShare = Type.Object({ noteId: ObjectId, recipientEmail: email, ...keys }, closed)
export const ShareChanges = Type.Object(newKeys, { ...closed, minProperties: 1 })
const share = { noteId: Type.String(), recipientId: Type.String(), encapsulatedKey: Type.String(), encryptedSymmetricKey: Type.String() }
export const Share = Type.Object({ id: Type.String(), ...share, ...kept })
export const ShareList = Type.Object({ shares: listOf(Share) })
const received = { id: Type.String(), ownerId: Type.String(), ...share, ...kept }
export const ReceivedShareList = Type.Object({ shares: listOf(Type.Object(received)) })
export const ReceivedShare = Type.Object({ ...received, note: Note })

export const NewLink = Type.Object({ noteId: ObjectId, ...keys, expiresAt: Type.Optional(timeOrNull) }, closed)
export const LinkChanges = Type.Object({ ...newKeys, expiresAt: Type.Optional(timeOrNull) }, { ...closed, minProperties: 1 })
const link = { id: Type.String(), noteId: Type.String(), encapsulatedKey: Type.String(), encryptedSymmetricKey: Type.String(), expiresAt: nullable<string>('string'), ...kept }
export const Link = Type.Object(link)
export const CreatedLink = Type.Object({ ...link, token: Type.String({ description: 'Told this once: what is stored is its hash.' }) })
export const LinkList = Type.Object({ links: listOf(Link) })
export const PublicNote = Type.Object({
  encapsulatedKey: Type.String(),
  encryptedSymmetricKey: Type.String(),
  expiresAt: nullable<string>('string'),
  note: Type.Object({ encryptedTitle: Type.String(), encryptedData: nullable<string>('string'), content, updatedAt: Type.String() })
})
