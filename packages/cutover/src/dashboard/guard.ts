import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

/**
 * Makes a check of the Authorization header (RFC 6750). It takes the same time for every wrong token of a length.
 */
export function bearerCheck (token: string): (authorization: string | undefined) => boolean {
  const wanted = digest(token)
  return authorization => {
    const match = /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')
    return timingSafeEqual(digest(match?.[1] ?? ''), wanted) && match !== null
  }
}

function digest (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * Makes a check of the Host header, so that a page of a name that was made to resolve to this machine (DNS rebinding)
 * gets nothing. Allowed are names and addresses of the loopback and the configured host; when that means every
 * interface, any address, but still no other name.
 * @param host the configured one
 */
export function hostCheck (host: string): (header: string | undefined) => boolean {
  const configured = host.toLowerCase()
  const everywhere = configured === '0.0.0.0' || configured === '::'
  return header => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([^:/?#@\s[\]]+))(?::\d{1,5})?$/i.exec(header ?? '')
    const name = (match?.[1] ?? match?.[2])?.toLowerCase()
    if (name === undefined) return false
    return name === configured || name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.')) || (everywhere && isIP(name) !== 0)
  }
}
