import { randomUUID } from 'node:crypto'
import { createSigner, createVerifier } from 'fast-jwt'
import { failed, success, type Result } from '../types/result.ts'

export interface Tokens {
  /** Seconds until a new token expires. */
  readonly lifetime: number
  issue (userId: string): string
  /** The user of an `Authorization` header (RFC 6750), or why there is none. */
  authenticate (authorization: string | undefined): Result<string>
}

const issuer = 'vehicles'
const missing = failed({ kind: 'unauthenticated', code: 'TOKEN_MISSING', message: 'Sign in first: send the header Authorization: Bearer TOKEN' })
const invalid = failed({ kind: 'unauthenticated', code: 'TOKEN_INVALID', message: 'The token is not valid, or has expired: sign in again' })

// Checked tokens are remembered until they expire, at most this many: a signature is computed once a token, not once a request.
const remembered = 1000

/** Signs and checks the JWTs (RFC 7519, HS256) that both faces accept from each other. `now` is in milliseconds. */
export function createTokens (secret: string, { lifetime = 3600, now = Date.now } = {}): Tokens {
  const sign = createSigner({ key: secret, algorithm: 'HS256', iss: issuer })
  const verify = createVerifier({ key: secret, algorithms: ['HS256'], allowedIss: issuer, requiredClaims: ['sub', 'exp'], ignoreExpiration: true })
  const valid = new Map<string, { readonly userId: Result<string>, readonly expires: number }>()

  function check (token: string): Result<string> {
    let claims: { sub: unknown, exp: number }
    try {
      claims = verify(token) as { sub: unknown, exp: number }
    } catch {
      return invalid
    }
    const expires = claims.exp * 1000
    if (typeof claims.sub !== 'string' || now() >= expires) return invalid
    const userId = success(claims.sub)
    if (valid.size === remembered) valid.delete(valid.keys().next().value!)
    valid.set(token, { userId, expires })
    return userId
  }

  return {
    lifetime,
    issue (userId) {
      const seconds = Math.floor(now() / 1000)
      // Every sign-in gets a token of its own, which is also what keeps a session on one side of the switch.
      return sign({ sub: userId, iat: seconds, exp: seconds + lifetime, jti: randomUUID() })
    },
    authenticate (authorization) {
      const token = authorization === undefined ? undefined : /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
      if (token === undefined) return missing
      const known = valid.get(token)
      if (known === undefined) return check(token)
      if (now() < known.expires) return known.userId
      valid.delete(token)
      return invalid
    }
  }
}
