import { cookiesOf, sessionCookie, csrfCookie } from './cookie-jar.ts'

/** Which backend answered. */
export type SideName = 'legacy' | 'candidate'

/** What came back to a visitor. */
export interface Answer {
  readonly side: SideName
  readonly headers: Headers
  readonly body: Buffer
}

export interface Sent {
  readonly json?: unknown
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  /** What the answer must have; 200 when left out. */
  readonly status?: number
}

/** A browser as far as the server can tell: it keeps cookies, and sends the CSRF token where something is changed. */
export interface Visitor {
  readonly cookie: string
  /** Undefined when the answer was not as it should be; that is among the failures then. */
  request (method: string, path: string, sent?: Sent): Promise<Answer | undefined>
}

/** Signs in, as a browser's page does. */
export async function signIn (url: string, { email, authHash }: { readonly email: string, readonly authHash: string }, failures: string[]): Promise<Visitor> {
  const response = await fetch(`${url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, authHash }) })
  if (response.status !== 200) throw new Error(`nobody could sign in: ${response.status} ${await response.text()}`)
  const cookies = cookiesOf(response)
  const cookie = `${sessionCookie}=${cookies.get(sessionCookie)}; ${csrfCookie}=${cookies.get(csrfCookie)}`
  const headers = { cookie, 'x-xsrf-token': cookies.get(csrfCookie) ?? '' }

  return {
    cookie,
    async request (method, path, { json, bytes, status = 200, ...sent } = {}) {
      try {
        const body = bytes ?? (json === undefined ? undefined : JSON.stringify(json))
        const type = bytes !== undefined ? 'application/octet-stream' : 'application/json'
        const response = await fetch(url + path, {
          method,
          headers: { ...headers, ...body !== undefined && { 'content-type': type }, ...sent.headers },
          ...body !== undefined && { body },
          signal: AbortSignal.timeout(30_000)
        })
        const received = Buffer.from(await response.arrayBuffer())
        const side = response.headers.get('x-routed-to')
        if (response.status !== status) failures.push(`${method} ${path}: ${response.status} ${received.toString('utf8', 0, 200)}`)
        else if (side === 'legacy' || side === 'candidate') return { side, headers: response.headers, body: received }
        else failures.push(`${method} ${path}: x-routed-to is ${side}`)
      } catch (error) {
        failures.push(`${method} ${path}: no answer: ${(error as Error).message}`)
      }
      return undefined
    }
  }
}
