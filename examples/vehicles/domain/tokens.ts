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

/** Signs and checks the JWTs (RFC 7519, HS256) that both faces accept from each other. */
export function createTokens (secret: string, lifetime = 3600): Tokens {
  const sign = createSigner({ key: secret, algorithm: 'HS256', iss: issuer, expiresIn: lifetime * 1000 })
  // Checked tokens are kept, at most a thousand, until they expire: the signature is computed once a token, not once a request.
  const verify = createVerifier({ key: secret, algorithms: ['HS256'], allowedIss: issuer, requiredClaims: ['sub', 'exp'], cache: 1000, cacheKeyBuilder: token => token })
  return {
    lifetime,
    issue: userId => sign({ sub: userId }),
    authenticate (authorization) {
      if (authorization === undefined) return missing
      const token = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
      if (token === undefined) return missing
      try {
        const { sub } = verify(token) as { sub: unknown }
        return typeof sub === 'string' ? success(sub) : invalid
      } catch {
        return invalid
      }
    }
  }
}
