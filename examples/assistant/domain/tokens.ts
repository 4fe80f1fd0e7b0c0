import { randomUUID } from 'node:crypto'
import { createSigner, createVerifier } from 'fast-jwt'
import type { Identity } from '../types/account.ts'
import { failed, success, type Result } from '../types/result.ts'

export interface Tokens {
  /** Seconds until a new token expires. */
  readonly lifetime: number
  issue (userId: string): string
  /** Whose an `Authorization` header (RFC 6750) is, or why it is nobody's. */
  authenticate (authorization: string | undefined): Result<Identity>
}

const issuer = 'assistant'
const missing = failed({ kind: 'unauthenticated', code: 'TOKEN_MISSING', message: 'Sign in first: send the header Authorization: Bearer TOKEN' })
const invalid = failed({ kind: 'unauthenticated', code: 'TOKEN_INVALID', message: 'The token is not valid, or has expired: sign in again' })

// Checked tokens are remembered until they expire, at most this many: a signature is computed once a token, not once a request.
const remembered = 1000

/** Signs and checks the JWTs (RFC 7519, HS256) that both servers accept from each other. `now` is in milliseconds. */
export function createTokens (secret: string, { lifetime = 3600, now = Date.now } = {}): Tokens {
  const sign = createSigner({ key: secret, algorithm: 'HS256', iss: issuer })
  const verify = createVerifier({ key: secret, algorithms: ['HS256'], allowedIss: issuer, requiredClaims: ['sub', 'exp'], ignoreExpiration: true })
  const valid = new Map<string, { readonly identity: Result<Identity>, readonly expires: number }>()

  function check (token: string): Result<Identity> {
    let claims: { sub: unknown, exp: number }
    try {
      claims = verify(token) as { sub: unknown, exp: number }
    } catch {
      return invalid
    }
    const expires = claims.exp * 1000
    if (typeof claims.sub !== 'string' || now() >= expires || expires > 8.64e15) return invalid
    const identity = success({ userId: claims.sub, expiresAt: new Date(expires).toISOString() })
    if (valid.size === remembered) valid.delete(valid.keys().next().value!)
    valid.set(token, { identity, expires })
    return identity
  }

  return {
    lifetime,
    issue (userId) {
      const seconds = Math.floor(now() / 1000)
      return sign({ sub: userId, iat: seconds, exp: seconds + lifetime, jti: randomUUID() })
    },
    authenticate (authorization) {
      const token = authorization === undefined ? undefined : /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
      if (token === undefined) return missing
      const known = valid.get(token)
      if (known === undefined) return check(token)
      if (now() < known.expires) return known.identity
      valid.delete(token)
      return invalid
    }
  }
}
