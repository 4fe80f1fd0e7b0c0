import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const most = 10_000
const sessionCookie = /(?:^|;\s*)([^=;]*(?:sess|sid|auth|token|jwt)[^=;]*)=([^;]*)/i

/**
 * Tells whose a request is, so that the exchanges of one client can be replayed in their order. A client is known by its
 * credentials (Authorization, or a cookie that names a session), and until it has any by its connection: the first
 * credentials on a connection belong to who was there before, so that a sign-in and what follows it are one session.
 */
export class Clients {
  readonly #byCredentials = new Map<string, string>()
  readonly #connections = new WeakMap<object, { readonly session: string, claimed: boolean }>()
  readonly #make: () => string

  constructor (make: () => string = randomUUID) {
    this.#make = make
  }

  sessionOf ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    let connection = this.#connections.get(socket)
    if (connection === undefined) {
      connection = { session: this.#make(), claimed: false }
      this.#connections.set(socket, connection)
    }
    const credentials = headers.authorization ?? sessionCookie.exec(headers.cookie ?? '')?.[0].replace(/^;\s*/, '')
    if (credentials === undefined) return connection.session
    const known = this.#byCredentials.get(credentials)
    if (known !== undefined) return known
    const session = connection.claimed ? this.#make() : connection.session
    connection.claimed = true
    if (this.#byCredentials.size >= most) this.#byCredentials.delete(this.#byCredentials.keys().next().value!)
    this.#byCredentials.set(credentials, session)
    return session
  }
}
