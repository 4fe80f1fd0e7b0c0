import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { failed, success, type Result } from '../types/result.ts'

export interface Csrf {
  /** A token that is good with this session only. */
  issue (sessionId: string): string
  /**
   * Whether a request that changes something came from a page of ours: the header says what the cookie says, and we made it for
   * this session. Any value may be given; none makes it throw.
   */
  check (sessionId: string, sent: { readonly cookie: unknown, readonly header: unknown }): Result<undefined>
}

const randomLength = 16
const macLength = 32
/** Of a token: both parts in base64url, and a dot. */
const tokenLength = 22 + 1 + 43

const refused = failed({ kind: 'forbidden', code: 'EBADCSRFTOKEN', message: 'The CSRF token is missing or wrong: send that of the cookie XSRF-TOKEN as the header x-xsrf-token' })
const good = success(undefined)

/**
 * The signed double-submit cookie of OWASP's cheat sheet: a random value and its HMAC over that value and the session's id.
 * A token that somebody plants in the cookie is refused, since it was made for another session.
 */
export function createCsrf (secret: string): Csrf {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'aegis csrf', 32))
  const macOf = (sessionId: string, random: string): Buffer => createHmac('sha256', key).update(`${sessionId.length}!${sessionId}!${random}`).digest()

  return {
    issue (sessionId) {
      const random = randomBytes(randomLength).toString('base64url')
      return `${random}.${macOf(sessionId, random).toString('base64url')}`
    },
    check (sessionId, { cookie, header }) {
      if (typeof cookie !== 'string' || typeof header !== 'string') return refused
      // A length is no secret; bytes are compared, since other than ASCII text has more of them than it has characters.
      if (cookie.length !== tokenLength || header.length !== tokenLength) return refused
      const [kept, sent] = [Buffer.from(cookie), Buffer.from(header)]
      if (kept.length !== tokenLength || sent.length !== tokenLength || !timingSafeEqual(kept, sent)) return refused
      const dot = header.indexOf('.')
      const mac = Buffer.from(header.slice(dot + 1), 'base64url')
      return mac.length === macLength && timingSafeEqual(mac, macOf(sessionId, header.slice(0, dot))) ? good : refused
    }
  }
}
