import type { AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { Types } from 'mongoose'
import { demoUsers } from '../data/seed.ts'
import type { OpenServices } from '../services.ts'
import { openAuthenticator } from '../verification/authenticator.ts'

export interface Person {
  readonly userId: string
  readonly email: string
  readonly token: string
}

/** A request that is ready to be sent. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What the table's requests are prepared with: by a face that nothing is wrong with. */
export interface Preparation {
  /** A user whom nobody knows yet. */
  person (): Promise<Person>
  /** Sends a request and gives the answer's body; anything but success is thrown. */
  call<Answer = { readonly id: string }> (person: Person | undefined, method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

/** A route that writes, with a request to it that succeeds. */
export interface WritingRoute {
  /** As the OpenAPI document names it. */
  readonly route: string
  /** Rows that one success adds. */
  readonly activity: number
  readonly audit: number
  /** Makes what the request needs. */
  prepare (preparation: Preparation): Promise<Sent>
}

const cipher = 'Y2lwaGVydGV4dA=='
const keys = { encapsulatedKey: cipher, encryptedSymmetricKey: cipher }
const contentHeaders = { 'content-type': 'application/octet-stream', 'x-encapsulated-key': cipher, 'x-encrypted-symmetric-key': cipher }
const origin = 'http://localhost:3000'
const bytes32 = Buffer.alloc(32, 1).toString('base64')

export function preparation (services: OpenServices, url: string): Preparation {
  return {
    async person () {
      const _id = new Types.ObjectId()
      const email = `${_id.toHexString()}@example.com`
      const at = new Date()
      await services.connection.collection('users').insertOne({ _id, email, passwordHash: '', salt: '', publicKey: bytes32, encryptedPrivateKey: cipher, encryptedProfile: null, createdAt: at, updatedAt: at })
      return { userId: _id.toHexString(), email, token: services.sessions.issue(_id.toHexString()).token }
    },
    async call<Answer> (person: Person | undefined, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
      const request = sent(person, method, path, body, headers)
      const answer = await send(url, request)
      if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
      return (answer.text === '' ? undefined : JSON.parse(answer.text)) as Answer
    }
  }
}

export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

export async function send (url: string, { method, path, headers, body }: Sent): Promise<Answer> {
  const response = await fetch(`${url}${path}`, { method, headers: { connection: 'close', ...headers }, ...body !== undefined && { body } })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

function sent (person: Person | undefined, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Sent {
  const isText = typeof body === 'string'
  return {
    method,
    path,
    headers: { ...person !== undefined && { authorization: `Bearer ${person.token}` }, ...body !== undefined && !isText && { 'content-type': 'application/json' }, ...headers },
    ...body !== undefined && { body: isText ? body : JSON.stringify(body) }
  }
}

/** A collection's three routes. */
function records (path: string, draft: object, changes: object, { audit = 0 } = {}): WritingRoute[] {
  const own = async ({ person, call }: Preparation): Promise<[Person, string]> => {
    const owner = await person()
    return [owner, (await call(owner, 'POST', path, draft)).id]
  }
  return [
    { route: `POST ${path}`, activity: 1, audit, prepare: async ({ person }) => sent(await person(), 'POST', path, draft) },
    { route: `PUT ${path}/{id}`, activity: 1, audit, async prepare (preparation) { const [owner, id] = await own(preparation); return sent(owner, 'PUT', `${path}/${id}`, changes) } },
    { route: `DELETE ${path}/{id}`, activity: 1, audit, async prepare (preparation) { const [owner, id] = await own(preparation); return sent(owner, 'DELETE', `${path}/${id}`) } }
  ]
}

/** As `records`, of what belongs to a note. */
function ofNote (path: string, draft: (preparation: Preparation) => Promise<object>, changes: object): WritingRoute[] {
  const own = async (preparation: Preparation): Promise<[Person, object]> => {
    const owner = await preparation.person()
    const { id: noteId } = await preparation.call(owner, 'POST', '/api/notes', { encryptedTitle: cipher })
    return [owner, { noteId, ...keys, ...await draft(preparation) }]
  }
  const made = async (preparation: Preparation): Promise<[Person, string]> => {
    const [owner, body] = await own(preparation)
    return [owner, (await preparation.call(owner, 'POST', path, body)).id]
  }
  return [
    { route: `POST ${path}`, activity: 1, audit: 1, async prepare (preparation) { const [owner, body] = await own(preparation); return sent(owner, 'POST', path, body) } },
    { route: `PUT ${path}/{id}`, activity: 1, audit: 1, async prepare (preparation) { const [owner, id] = await made(preparation); return sent(owner, 'PUT', `${path}/${id}`, changes) } },
    { route: `DELETE ${path}/{id}`, activity: 1, audit: 1, async prepare (preparation) { const [owner, id] = await made(preparation); return sent(owner, 'DELETE', `${path}/${id}`) } }
  ]
}

async function noteWithContent ({ person, call }: Preparation): Promise<[Person, string]> {
  const owner = await person()
  const { id } = await call(owner, 'POST', '/api/notes', { encryptedTitle: cipher })
  await call(owner, 'PUT', `/api/notes/${id}/content`, 'bytes', contentHeaders)
  return [owner, id]
}

/** Two users, a request of the first to the second. */
async function asked ({ person, call }: Preparation): Promise<[asking: Person, askedOne: Person, id: string]> {
  const [one, other] = [await person(), await person()]
  return [one, other, (await call(one, 'POST', '/api/social/requests', { userId: other.userId })).id]
}

async function connected (preparation: Preparation): Promise<[Person, Person]> {
  const [one, other, id] = await asked(preparation)
  await preparation.call(other, 'PUT', `/api/social/requests/${id}`, { status: 'accepted' })
  return [one, other]
}

async function mentioned (preparation: Preparation): Promise<[author: Person, reader: Person, draft: object]> {
  const [author, reader] = await connected(preparation)
  const { id: noteId } = await preparation.call(author, 'POST', '/api/notes', { encryptedTitle: cipher })
  return [author, reader, { noteId, userIds: [reader.userId], encryptedContext: cipher }]
}

async function mention (preparation: Preparation): Promise<[Person, string]> {
  const [author, reader, draft] = await mentioned(preparation)
  const { call } = preparation
  const { mentions } = await call<{ mentions: readonly { id: string }[] }>(author, 'POST', '/api/mentions', draft)
  return [reader, mentions[0]!.id]
}

async function attestation ({ call }: Preparation, owner: Person): Promise<{ credential: RegistrationResponseJSON }> {
  const options = await call<PublicKeyCredentialCreationOptionsJSON>(owner, 'POST', '/api/auth/webauthn/register-options', {})
  return { credential: openAuthenticator(owner.userId, origin).create(options) }
}

async function withPasskey (preparation: Preparation): Promise<[Person, string]> {
  const owner = await preparation.person()
  const { passkey } = await preparation.call<{ passkey: { id: string } }>(owner, 'POST', '/api/auth/webauthn/register-verify', await attestation(preparation, owner))
  return [owner, passkey.id]
}

async function assertion (preparation: Preparation): Promise<{ credential: AuthenticationResponseJSON }> {
  const [owner] = await withPasskey(preparation)
  const { call } = preparation
  const options = await call<PublicKeyCredentialRequestOptionsJSON>(undefined, 'POST', '/api/auth/webauthn/login-options', {})
  return { credential: openAuthenticator(owner.userId, origin).get(options, 1) }
}

const { email, authHash, salt, publicKey, encryptedPrivateKey } = demoUsers[0]!

/** Every route of the app that writes. */
export const writingRoutes: readonly WritingRoute[] = [
  { route: 'POST /api/auth/register', activity: 1, audit: 1, prepare: async () => sent(undefined, 'POST', '/api/auth/register', { email: `${new Types.ObjectId().toHexString()}@example.com`, authHash, salt, publicKey, encryptedPrivateKey }) },
  { route: 'POST /api/auth/login', activity: 0, audit: 1, prepare: async () => sent(undefined, 'POST', '/api/auth/login', { email, authHash }) },
  { route: 'POST /api/auth/logout', activity: 0, audit: 1, prepare: async ({ person }) => sent(await person(), 'POST', '/api/auth/logout') },
  { route: 'PUT /api/auth/me', activity: 1, audit: 0, prepare: async ({ person }) => sent(await person(), 'PUT', '/api/auth/me', { encryptedProfile: cipher }) },
  { route: 'POST /api/auth/webauthn/register-options', activity: 0, audit: 0, prepare: async ({ person }) => sent(await person(), 'POST', '/api/auth/webauthn/register-options', {}) },
  { route: 'POST /api/auth/webauthn/register-verify', activity: 1, audit: 1, async prepare (preparation) { const owner = await preparation.person(); return sent(owner, 'POST', '/api/auth/webauthn/register-verify', await attestation(preparation, owner)) } },
  { route: 'POST /api/auth/webauthn/login-options', activity: 0, audit: 0, prepare: async () => sent(undefined, 'POST', '/api/auth/webauthn/login-options', {}) },
  { route: 'POST /api/auth/webauthn/login-verify', activity: 0, audit: 1, prepare: async preparation => sent(undefined, 'POST', '/api/auth/webauthn/login-verify', await assertion(preparation)) },
  { route: 'DELETE /api/auth/webauthn/passkey/{id}', activity: 1, audit: 1, async prepare (preparation) { const [owner, id] = await withPasskey(preparation); return sent(owner, 'DELETE', `/api/auth/webauthn/passkey/${id}`) } },

  ...records('/api/notes', { encryptedTitle: cipher }, { encryptedData: cipher }),
  { route: 'PUT /api/notes/{id}/content', activity: 1, audit: 0, async prepare (preparation) { const [owner, id] = await noteWithContent(preparation); return sent(owner, 'PUT', `/api/notes/${id}/content`, 'other bytes', contentHeaders) } },
  { route: 'DELETE /api/notes/{id}/content', activity: 1, audit: 0, async prepare (preparation) { const [owner, id] = await noteWithContent(preparation); return sent(owner, 'DELETE', `/api/notes/${id}/content`) } },
  ...ofNote('/api/share', async ({ person }) => ({ recipientEmail: (await person()).email }), keys),
  ...ofNote('/api/public', async () => ({}), { expiresAt: '2099-01-01T00:00:00.000Z' }),

  ...records('/api/vault', { kind: 'note', encryptedTitle: cipher, encryptedData: cipher }, { favourite: true }, { audit: 1 }),
  ...records('/api/folders', { encryptedName: cipher }, { encryptedName: cipher }),
  ...records('/api/tasks', { encryptedText: cipher }, { completed: true }),
  ...records('/api/calendar', { encryptedTitle: cipher, startsAt: '2026-01-01T10:00:00.000Z', endsAt: '2026-01-01T11:00:00.000Z' }, { encryptedTitle: cipher }),
  ...records('/api/gpa', { encryptedName: cipher, semester: 1, credits: 3 }, { gradePoints: 4 }),

  { route: 'POST /api/social/requests', activity: 1, audit: 0, async prepare ({ person }) { const [one, other] = [await person(), await person()]; return sent(one, 'POST', '/api/social/requests', { email: other.email }) } },
  { route: 'PUT /api/social/requests/{id}', activity: 1, audit: 1, async prepare (preparation) { const [, other, id] = await asked(preparation); return sent(other, 'PUT', `/api/social/requests/${id}`, { status: 'accepted' }) } },
  { route: 'DELETE /api/social/requests/{id}', activity: 1, audit: 0, async prepare (preparation) { const [one, , id] = await asked(preparation); return sent(one, 'DELETE', `/api/social/requests/${id}`) } },
  { route: 'DELETE /api/social/connections/{userId}', activity: 1, audit: 1, async prepare (preparation) { const [one, other] = await connected(preparation); return sent(one, 'DELETE', `/api/social/connections/${other.userId}`) } },
  { route: 'POST /api/social/blocks', activity: 1, audit: 1, async prepare (preparation) { const [one, other] = await connected(preparation); return sent(one, 'POST', '/api/social/blocks', { userId: other.userId }) } },
  {
    route: 'DELETE /api/social/blocks/{userId}',
    activity: 1,
    audit: 1,
    async prepare (preparation) {
      const [one, other] = await connected(preparation)
      await preparation.call(one, 'POST', '/api/social/blocks', { userId: other.userId })
      return sent(one, 'DELETE', `/api/social/blocks/${other.userId}`)
    }
  },
  { route: 'POST /api/mentions', activity: 1, audit: 0, async prepare (preparation) { const [author, , draft] = await mentioned(preparation); return sent(author, 'POST', '/api/mentions', draft) } },
  { route: 'PUT /api/mentions/{id}', activity: 1, audit: 0, async prepare (preparation) { const [reader, id] = await mention(preparation); return sent(reader, 'PUT', `/api/mentions/${id}`, { read: true }) } },
  { route: 'DELETE /api/mentions/{id}', activity: 1, audit: 0, async prepare (preparation) { const [reader, id] = await mention(preparation); return sent(reader, 'DELETE', `/api/mentions/${id}`) } }
]
