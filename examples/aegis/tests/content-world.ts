import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { demoUsers } from '../data/seed.ts'

/** An answer as it came. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  json (): Record<string, any>
}

/** A signed-in client of a face. */
export interface Client {
  send (method: string, path: string, options?: { readonly headers?: OutgoingHttpHeaders, readonly json?: unknown, readonly body?: Buffer }): Promise<Answer>
  /** A request whose body is written, or whose answer is read, by the test. */
  open (method: string, path: string, headers?: OutgoingHttpHeaders): ClientRequest
}

export const keys = { 'X-Encapsulated-Key': Buffer.alloc(32, 1).toString('base64'), 'X-Encrypted-Symmetric-Key': Buffer.alloc(48, 2).toString('base64') }
export const upload = { ...keys, 'Content-Type': 'application/octet-stream' }
export const nobody = (url: string): Client => clientOf(url)

export async function signIn (url: string, user: 0 | 1 | 2): Promise<Client> {
  const { email, authHash } = demoUsers[user]!
  const { token } = (await nobody(url).send('POST', '/api/auth/login', { json: { email, authHash } })).json()
  assert.equal(typeof token, 'string')
  return clientOf(url, token as string)
}

/** @param token of a session, if anybody is signed in */
export function clientOf (url: string, token?: string): Client {
  const session = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const open: Client['open'] = (method, path, headers = {}) => request(url + path, { method, headers: { ...session, ...headers }, agent: false })
  return {
    open,
    async send (method, path, { headers = {}, json, body } = {}) {
      const content = json === undefined ? body : Buffer.from(JSON.stringify(json))
      const sent = open(method, path, { ...json !== undefined && { 'content-type': 'application/json' }, ...content !== undefined && { 'content-length': content.length }, ...headers })
      sent.end(content)
      const [response] = await once(sent, 'response') as [IncomingMessage]
      const whole = await buffer(response)
      return { status: response.statusCode!, headers: response.headers, body: whole, json: () => JSON.parse(whole.toString()) as Record<string, any> }
    }
  }
}
