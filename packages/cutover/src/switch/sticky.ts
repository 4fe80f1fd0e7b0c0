import type { IncomingMessage } from 'node:http'
import type { StickyBy } from '../config/settings.ts'

/** cutover's own sticky cookie. */
export const OWN_COOKIE = 'cutover-key'

/**
 * The value that keeps a user on one side, or undefined when the request does not carry it.
 * Never throws: a function of the user's that does counts as no key.
 * @param address the client's address, with trusted proxies taken into account
 */
export function stickyKey (by: StickyBy, request: Pick<IncomingMessage, 'headers' | 'url' | 'method'>, address: () => string | undefined): string | undefined {
  switch (by.kind) {
    case 'cookie': return cookieValue(request.headers.cookie, by.name)
    case 'own-cookie': return cookieValue(request.headers.cookie, OWN_COOKIE)
    case 'header': {
      const value = request.headers[by.name]
      return typeof value === 'string' ? value || undefined : value?.[0]
    }
    case 'jwt': return jwtClaim(request.headers.authorization, by.name)
    case 'address': return address()
    case 'function':
      try {
        const key = by.key(request)
        return typeof key === 'string' && key !== '' ? key : undefined
      } catch {
        return undefined
      }
  }
}

/** The first cookie of that name (RFC 6265, 5.4), undecoded. */
export function cookieValue (header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let at = 0
  while (at < header.length) {
    let end = header.indexOf(';', at)
    if (end === -1) end = header.length
    const equals = header.indexOf('=', at)
    if (equals !== -1 && equals < end && header.slice(at, equals).trim() === name) {
      return header.slice(equals + 1, end).trim() || undefined
    }
    at = end + 1
  }
  return undefined
}

/** A claim of a bearer token (RFC 7519), unverified: good for choosing a bucket and for nothing else. */
export function jwtClaim (authorization: string | undefined, claim: string): string | undefined {
  const payload = /^bearer [\w-]+\.([\w-]{1,8192})\./i.exec(authorization ?? '')?.[1]
  if (payload === undefined) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())?.[claim]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  } catch {
    return undefined
  }
}
