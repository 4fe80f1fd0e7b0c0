import assert from 'node:assert/strict'
import { demoUsers } from '../../data/seed.ts'

/** What is sent beside the path. */
export interface Sent {
  readonly json?: unknown
  readonly bytes?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer, as far as two must agree. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A user of a face, signed in with a token. */
export interface Person {
  readonly name: string
  readonly id: string
  readonly email: string
  send (method: string, path: string, sent?: Sent): Promise<Answer>
  /** What a request answers as JSON, which must be a success. */
  ask (method: string, path: string, json?: unknown): Promise<any>
}

/** The demo users, who have accounts already, and two more. */
export async function signInAll (url: string): Promise<Readonly<Record<'ada' | 'grace' | 'linus' | 'margaret' | 'alan', Person>>> {
  const [ada, grace, linus] = await Promise.all(demoUsers.map(({ email, authHash }) => enter(url, '/api/auth/login', { email, authHash })))
  const { authHash, salt, publicKey, encryptedPrivateKey } = demoUsers[0]!
  const [margaret, alan] = await Promise.all(['margaret', 'alan'].map(name => enter(url, '/api/auth/register', { email: `${name}@example.com`, authHash, salt, publicKey, encryptedPrivateKey })))
  return { ada: ada!, grace: grace!, linus: linus!, margaret: margaret!, alan: alan! }
}

async function enter (url: string, path: string, account: Readonly<Record<string, string>> & { readonly email: string }): Promise<Person> {
  const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(account) })
  assert.ok(response.ok, `${account.email} cannot sign in: ${response.status}`)
  const { user, token } = await response.json() as { user: { id: string }, token: string }
  const name = account.email.split('@')[0]!
  const send: Person['send'] = async (method, path, sent) => await request(url, method, path, { authorization: `Bearer ${token}`, ...sent?.headers }, sent)
  return {
    name,
    id: user.id,
    email: account.email,
    send,
    async ask (method, path, json) {
      const { status, body } = await send(method, path, json === undefined ? {} : { json })
      assert.ok(status < 300, `${name}: ${method} ${path} answers ${status} ${body}`)
      return body === '' ? undefined : JSON.parse(body)
    }
  }
}

/** Sends a request; what tells the time is left out of its answer. */
export async function request (url: string, method: string, path: string, headers: Readonly<Record<string, string>>, { json, bytes }: Sent = {}): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { 'x-request-id': 'ownership', ...json !== undefined && { 'content-type': 'application/json' }, ...headers },
    ...(json !== undefined || bytes !== undefined) && { body: json === undefined ? bytes! : JSON.stringify(json) }
  })
  const { date, ...answered } = Object.fromEntries(response.headers)
  return { status: response.status, headers: answered, body: await response.text() }
}
