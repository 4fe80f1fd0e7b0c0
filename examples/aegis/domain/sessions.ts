import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { createSigner, createVerifier } from 'fast-jwt'
import { failed, success, type Result } from '../types/result.ts'

/** One sign-in. */
export interface Session {
  readonly id: string
  readonly userId: string
  /** Milliseconds since 1970, both; the first to the second. */
  readonly issued: number
  readonly expires: number
}

/** How a request showed its session: only a browser sends a cookie by itself, so only those need a CSRF token. */
export interface Presented {
  readonly session: Session
  readonly by: 'cookie' | 'bearer'
}

/** A new session, as a JWT for `Authorization: Bearer` and encrypted for the cookie. */
export interface IssuedSession {
  readonly session: Session
  readonly token: string
  readonly cookie: string
  /** Of the cookie, in milliseconds; without it the cookie ends with the browser. */
  readonly maxAge?: number
}

export interface Sessions {
  issue (userId: string, options?: { readonly remember?: boolean }): IssuedSession
  /**
   * Whose request it is. A Bearer token (RFC 6750) goes before a cookie; one that is wrong is not made good by a cookie.
   * @param credentials.cookie the value of the session cookie
   */
  authenticate (credentials: { readonly authorization: string | undefined, readonly cookie: unknown }): Result<Presented>
}

const issuer = 'aegis'
const hour = 3_600_000
/** How long a session lasts, in milliseconds. */
export const sessionLifetime = 12 * hour
/** How long one lasts that is remembered. */
export const rememberedLifetime = 30 * 24 * hour

const missing = failed({ kind: 'unauthenticated', code: 'SESSION_MISSING', message: 'Sign in first: send the session cookie, or the header Authorization: Bearer TOKEN' })
const invalid = failed({ kind: 'unauthenticated', code: 'SESSION_INVALID', message: 'The session is not valid, or has expired: sign in again' })

// Checked credentials are remembered until they expire, at most this many of each kind: deciphered and verified once, not once a request.
const remembered = 5_000
const ivLength = 12
const tagLength = 16

/**
 * Signs and checks sessions: JWTs (RFC 7519, HS256), encrypted with AES-256-GCM for the cookie. Both keys come from one
 * secret by HKDF (RFC 5869), so that faces with the same secret accept each other's sessions.
 * @param options.now the clock, in milliseconds
 * @param options.isRevoked whether a session that would still be good is over all the same
 */
export function createSessions (secret: string, { now = Date.now, isRevoked = () => false }: { readonly now?: () => number, readonly isRevoked?: (session: Session) => boolean } = {}): Sessions {
  const signingKey = Buffer.from(hkdfSync('sha256', secret, '', 'aegis session token', 32))
  const cookieKey = Buffer.from(hkdfSync('sha256', secret, '', 'aegis session cookie', 32))
  const sign = createSigner({ key: signingKey, algorithm: 'HS256', iss: issuer })
  const verify = createVerifier({ key: signingKey, algorithms: ['HS256'], allowedIss: issuer, requiredClaims: ['sub', 'jti', 'exp'], ignoreExpiration: true })
  const tokens = new Map<string, Presented>()
  const cookies = new Map<string, Presented>()

  function seal (token: string): string {
    const iv = randomBytes(ivLength)
    const cipher = createCipheriv('aes-256-gcm', cookieKey, iv)
    const encrypted = [cipher.update(token, 'utf8'), cipher.final()]
    return Buffer.concat([iv, cipher.getAuthTag(), ...encrypted]).toString('base64url')
  }

  function unseal (cookie: string): string | undefined {
    const bytes = Buffer.from(cookie, 'base64url')
    // Other texts stand for the same bytes; one is what was given out.
    if (bytes.length <= ivLength + tagLength || bytes.toString('base64url') !== cookie) return undefined
    const decipher = createDecipheriv('aes-256-gcm', cookieKey, bytes.subarray(0, ivLength), { authTagLength: tagLength })
    decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength))
    try {
      return decipher.update(bytes.subarray(ivLength + tagLength), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      return undefined
    }
  }

  function read (token: string): Session | undefined {
    try {
      const { sub, jti, iat = 0, exp } = verify(token) as { sub: unknown, jti: unknown, iat?: number, exp: number }
      return typeof sub === 'string' && typeof jti === 'string' ? Object.freeze({ id: jti, userId: sub, issued: iat * 1000, expires: exp * 1000 }) : undefined
    } catch {
      return undefined
    }
  }

  function check (text: string, by: Presented['by'], known: Map<string, Presented>): Result<Presented> {
    let presented = known.get(text)
    if (presented === undefined) {
      const token = by === 'bearer' ? text : unseal(text)
      const session = token === undefined ? undefined : read(token)
      if (session === undefined) return invalid
      presented = Object.freeze({ session, by })
      if (known.size === remembered) known.delete(known.keys().next().value!)
      known.set(text, presented)
    }
    if (now() < presented.session.expires && !isRevoked(presented.session)) return success(presented)
    known.delete(text)
    return invalid
  }

  return {
    issue (userId, { remember = false } = {}) {
      const seconds = Math.floor(now() / 1000)
      const lifetime = remember ? rememberedLifetime : sessionLifetime
      const exp = seconds + lifetime / 1000
      const id = randomUUID()
      const token = sign({ sub: userId, jti: id, iat: seconds, exp })
      return { session: { id, userId, issued: seconds * 1000, expires: exp * 1000 }, token, cookie: seal(token), ...remember && { maxAge: lifetime } }
    },
    authenticate ({ authorization, cookie }) {
      const token = authorization === undefined ? undefined : /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
      if (token !== undefined) return check(token, 'bearer', tokens)
      return typeof cookie === 'string' && cookie !== '' ? check(cookie, 'cookie', cookies) : missing
    }
  }
}
