import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

/** A body without its content codings, or why they cannot be taken off. */
export type Decoded = { readonly body: Buffer } | { readonly reason: string }

const codingsAtMost = 4

/** The content codings of a message in the order applied, lower case, without `identity` (RFC 9110, 8.4). */
export function codingsOf (value: string | undefined): readonly string[] {
  return (value ?? '').toLowerCase().split(',').map(coding => coding.trim()).filter(coding => coding !== '' && coding !== 'identity')
    .map(coding => coding.startsWith('x-') ? coding.slice(2) : coding)
}

/**
 * Takes content codings off.
 * @param limit the largest decoded body, bytes
 */
export function decode (body: Buffer, codings: readonly string[], limit: number): Decoded {
  if (codings.length > codingsAtMost) return { reason: `more than ${codingsAtMost} content codings` }
  let current = body
  for (const coding of codings.toReversed()) {
    try {
      current = decodeOne(current, coding, limit)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      return { reason: code === 'ERR_BUFFER_TOO_LARGE' ? `decoded, it is larger than ${limit} bytes` : `it is not ${coding}: ${message}` }
    }
  }
  return { body: current }
}

function decodeOne (body: Buffer, coding: string, limit: number): Buffer {
  const options = { maxOutputLength: limit }
  switch (coding) {
    case 'gzip': return gunzipSync(body, options)
    case 'br': return brotliDecompressSync(body, options)
    // RFC 9110 wants the zlib form; some servers send the bare one.
    case 'deflate': return (body[0]! & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options)
    default: throw new Error(`the content coding "${coding}" is unknown`)
  }
}
