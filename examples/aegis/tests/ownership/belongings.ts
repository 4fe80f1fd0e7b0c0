import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import { createPasskeyRepository } from '../../data/passkey-repository.ts'
import type { OpenServices } from '../../services.ts'
import type { Person, Sent } from './people.ts'
import { signInAll } from './people.ts'

/** Something that somebody has, at one path. */
export interface Belonging {
  readonly shape: string
  /** Its id, for each parameter of the path. */
  readonly id: string
  /** Whose it is: all others are strangers to it. */
  readonly owners: readonly Person[]
  /** What a method needs so that only ownership can stand against it. */
  readonly sent: Readonly<Record<string, Sent>>
  /** Where its first owner sees it, and whether it was changed. */
  readonly seenAt: string
  /** An id of the same form that nobody has. */
  unknown (): string
}

/** An id in a body or a query: whoever sends another user's is answered as if nobody had it. */
export interface Reference {
  /** `POST /api/vault folderId` */
  readonly name: string
  readonly by: Person
  /** Another user's. */
  readonly id: string
  readonly request: (id: string) => readonly [method: string, path: string, sent: Sent]
}

/** What users have on one face, and strangers try to reach. */
export interface Estate {
  readonly people: readonly Person[]
  /** Who has to do with none of the others. */
  readonly outsider: Person
  readonly belongings: readonly Belonging[]
  readonly references: readonly Reference[]
}

/** Paths with parameters that are nobody's. */
export const ownerless: Readonly<Record<string, string>> = {
  '/api/auth/discovery/:': 'an address; one that nobody has answers like one that somebody has',
  '*': 'preflight requests of browsers',
  '/docs/*': 'the documentation',
  '/docs/static/*': 'the documentation'
}

/** Fields with ids that are not looked up. */
export const compared: Readonly<Record<string, string>> = {
  before: 'only compared with the ids of one\'s own list'
}

/** What lists need that are not given whole. */
export const queries: Readonly<Record<string, string>> = {
  '/api/calendar': '?from=2030-01-01T00:00:00.000Z&to=2030-02-01T00:00:00.000Z'
}

const text = 'YQ=='
const keys = { encapsulatedKey: text, encryptedSymmetricKey: text }
const upload = { headers: { 'content-type': 'application/octet-stream', 'x-encapsulated-key': text, 'x-encrypted-symmetric-key': text } }
const event = { encryptedTitle: text, startsAt: '2030-01-10T10:00:00.000Z', endsAt: '2030-01-10T11:00:00.000Z' }
export const newId = (): string => new Types.ObjectId().toHexString()

/** Gives users of a face something of everything: the way that clients do, but for the passkey, which needs a browser. */
export async function furnish (url: string, { connection }: OpenServices): Promise<Estate> {
  const people = await signInAll(url)
  const { ada, grace, linus, margaret, alan } = people
  const made = async (by: Person, path: string, json: object): Promise<string> => ((await by.ask('POST', path, json)) as { id: string }).id

  const folder = await made(ada, '/api/folders', { encryptedName: text })
  const note = await made(ada, '/api/notes', { encryptedTitle: text })
  assert.equal((await ada.send('PUT', `/api/notes/${note}/content`, { ...upload, bytes: 'content' })).status, 201)
  const item = await made(ada, '/api/vault', { kind: 'login', encryptedTitle: text, encryptedData: text })
  const task = await made(ada, '/api/tasks', { encryptedText: text })
  const appointment = await made(ada, '/api/calendar', event)
  const course = await made(ada, '/api/gpa', { encryptedName: text, semester: 1, credits: 1 })

  const asked = await made(ada, '/api/social/requests', { email: grace.email })
  await grace.ask('PUT', `/api/social/requests/${asked}`, { status: 'accepted' })
  const pending = await made(ada, '/api/social/requests', { email: margaret.email })
  await made(alan, '/api/social/requests', { email: ada.email })
  await ada.ask('POST', '/api/social/blocks', { userId: alan.id })

  const share = await made(ada, '/api/share', { noteId: note, recipientEmail: grace.email, ...keys })
  const link = await made(ada, '/api/public', { noteId: note, ...keys })
  const mentions = await ada.ask('POST', '/api/mentions', { noteId: note, userIds: [grace.id], encryptedContext: text }) as { mentions: readonly { id: string }[] }
  const mention = mentions.mentions[0]!.id
  const passkey = randomBytes(16).toString('base64url')
  await createPasskeyRepository(connection).insert({ id: passkey, userId: ada.id, publicKey: text, counter: 0, transports: [] })

  const own = {
    folder: await made(linus, '/api/folders', { encryptedName: text }),
    note: await made(linus, '/api/notes', { encryptedTitle: text }),
    item: await made(linus, '/api/vault', { kind: 'card', encryptedTitle: text, encryptedData: text })
  }

  const of = (shape: string, id: string, put: Sent = {}, more: Partial<Belonging> = {}): Belonging => ({
    shape, id, owners: [ada], sent: { PUT: put }, seenAt: pathOf(shape, id), unknown: newId, ...more
  })
  const reference = (name: string, id: string, build: (id: string) => object, path = name.split(' ')[1]!): Reference => ({
    name, by: linus, id, request: id => [name.split(' ')[0]!, path, { json: build(id) }]
  })

  return {
    people: Object.values(people),
    outsider: linus,
    belongings: [
      of('/api/folders/:', folder, { json: { encryptedName: text } }),
      of('/api/notes/:', note, { json: { encryptedTitle: text } }),
      of('/api/notes/:/content', note, { ...upload, bytes: 'other content' }),
      of('/api/vault/:', item, { json: { favourite: true } }),
      of('/api/tasks/:', task, { json: { completed: true } }),
      of('/api/calendar/:', appointment, { json: { encryptedTitle: text } }),
      of('/api/gpa/:', course, { json: { credits: 2 } }),
      of('/api/share/:', share, { json: keys }),
      of('/api/share/received/:', share, {}, { owners: [grace] }),
      of('/api/share/received/:/content', share, {}, { owners: [grace] }),
      // Reading is for whoever has the token; the id is no token.
      of('/api/public/:', link, { json: keys }, { seenAt: '/api/public' }),
      of('/api/public/:/content', link, {}, { owners: [], seenAt: '/api/public' }),
      of('/api/mentions/:', mention, { json: { read: true } }, { owners: [grace] }),
      of('/api/social/requests/:', pending, { json: { status: 'accepted' } }, { owners: [ada, margaret] }),
      of('/api/social/connections/:', grace.id, {}, { seenAt: '/api/social/connections' }),
      of('/api/social/blocks/:', alan.id),
      of('/api/auth/webauthn/passkey/:', passkey, {}, { seenAt: '/api/auth/webauthn/passkey', unknown: () => randomBytes(16).toString('base64url') })
    ],
    references: [
      reference('POST /api/vault folderId', folder, folderId => ({ kind: 'card', encryptedTitle: text, encryptedData: text, folderId })),
      reference('PUT /api/vault/: folderId', folder, folderId => ({ folderId }), `/api/vault/${own.item}`),
      reference('POST /api/folders parentId', folder, parentId => ({ encryptedName: text, parentId })),
      reference('PUT /api/folders/: parentId', folder, parentId => ({ parentId }), `/api/folders/${own.folder}`),
      reference('POST /api/notes folderId', folder, folderId => ({ encryptedTitle: text, folderId })),
      reference('PUT /api/notes/: folderId', folder, folderId => ({ folderId }), `/api/notes/${own.note}`),
      { name: 'GET /api/notes folderId', by: linus, id: folder, request: id => ['GET', `/api/notes?folderId=${id}`, {}] },
      reference('POST /api/share noteId', note, noteId => ({ noteId, recipientEmail: grace.email, ...keys })),
      reference('POST /api/public noteId', note, noteId => ({ noteId, ...keys })),
      reference('POST /api/mentions noteId', note, noteId => ({ noteId, userIds: [grace.id], encryptedContext: text })),
      reference('POST /api/mentions userIds', grace.id, userId => ({ noteId: own.note, userIds: [userId], encryptedContext: text })),
      reference('POST /api/social/blocks userId', grace.id, userId => ({ userId })),
      reference('POST /api/social/requests userId', grace.id, userId => ({ userId }))
    ]
  }
}

/** The path of a shape with this id for its parameters. */
export function pathOf (shape: string, id: string): string {
  return shape.replaceAll(':', id)
}
