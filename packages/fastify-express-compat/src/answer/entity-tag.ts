import * as crypto from 'node:crypto'

type Hash = (algorithm: string, data: string | Uint8Array, encoding: 'base64') => string

const hash = (crypto as { hash?: Hash }).hash ?? ((algorithm, data, encoding) => crypto.createHash(algorithm).update(data).digest(encoding))

/**
 * The weak entity tag of a body (RFC 9110, 8.8.3), the same text as `etag(body, { weak: true })` gives.
 * Computed here because `crypto.hash` takes half the time of the stream hash that the library uses.
 */
export function weakEntityTag (body: string | Uint8Array): string {
  if (body.length === 0) return 'W/"0-2jmj7l5rSw0yVb/vlWAYkK/YBwk"'
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  return `W/"${length.toString(16)}-${hash('sha1', body, 'base64').slice(0, 27)}"`
}
