import { Buffer, isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { brotliCompressSync, brotliDecompressSync, constants, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { BodyDigest, Field } from './exchange.ts'
import { headerValues } from './headers.ts'

export const NO_BODY: Buffer = Buffer.alloc(0)

/** A body in JSON: text when its bytes are valid UTF-8, base64 when they are not. */
export type BodyJson = { readonly text: string } | { readonly base64: string }

/** Writes bytes so that `bodyFromJson` gives the same ones. */
export function bodyToJson (body: Buffer): BodyJson {
  return isUtf8(body) ? { text: body.toString('utf8') } : { base64: body.toString('base64') }
}

/**
 * Reads what `bodyToJson` wrote.
 * @returns undefined for what it could not have written
 */
export function bodyFromJson (json: { readonly text?: unknown, readonly base64?: unknown }): Buffer | undefined {
  if (json.text !== undefined) {
    return typeof json.text === 'string' && json.base64 === undefined ? Buffer.from(json.text, 'utf8') : undefined
  }
  if (json.base64 === undefined) return NO_BODY
  return typeof json.base64 === 'string' ? fromBase64(json.base64) : undefined
}

/** Decodes padded base64, line breaks allowed; undefined when it is something else (Buffer.from would drop what it does not know). */
export function fromBase64 (text: string): Buffer | undefined {
  const dense = /\s/.test(text) ? text.replace(/\s+/g, '') : text
  const bytes = Buffer.from(dense, 'base64')
  return bytes.toString('base64').length === dense.length && !/[^A-Za-z0-9+/=]/.test(dense) ? bytes : undefined
}

/** Length and SHA-256 of a body that is not kept. */
export function digestOf (body: Buffer): BodyDigest {
  return { length: body.length, sha256: createHash('sha256').update(body).digest('hex') }
}

/** The content codings of a message in the order applied, lower case, `identity` left out (RFC 9110, 8.4). */
export function contentCodings (fields: readonly Field[]): string[] {
  return headerValues(fields, 'content-encoding').flatMap(value => value.split(','))
    .map(coding => coding.trim().toLowerCase()).filter(coding => coding !== '' && coding !== 'identity')
}

const CODINGS_LIMIT = 3

/**
 * Undoes content codings.
 * @param limit bytes that the decoded body may have
 * @returns undefined for a coding that is not known, bytes that are not of it, or a result over the limit
 */
export function decodeContent (body: Buffer, codings: readonly string[], limit: number): Buffer | undefined {
  if (codings.length > CODINGS_LIMIT) return undefined
  let bytes = body
  for (const coding of codings.toReversed()) {
    if (bytes.length === 0) return bytes
    const decoded = decodeOne(bytes, coding, { maxOutputLength: limit })
    if (decoded === undefined) return undefined
    bytes = decoded
  }
  return bytes.length <= limit ? bytes : undefined
}

function decodeOne (bytes: Buffer, coding: string, bounds: { maxOutputLength: number }): Buffer | undefined {
  try {
    if (coding === 'gzip' || coding === 'x-gzip') return gunzipSync(bytes, bounds)
    if (coding === 'br') return brotliDecompressSync(bytes, bounds)
    // Some servers send "deflate" without the zlib frame that it asks for.
    if (coding === 'deflate') return (bytes[0]! & 0x0f) === 8 ? inflateSync(bytes, bounds) : inflateRawSync(bytes, bounds)
  } catch { /* not of this coding, or too long */ }
  return undefined
}

/** Applies content codings; undefined when one is not known. */
export function encodeContent (body: Buffer, codings: readonly string[]): Buffer | undefined {
  let bytes = body
  for (const coding of codings) {
    if (coding === 'gzip' || coding === 'x-gzip') bytes = gzipSync(bytes)
    else if (coding === 'deflate') bytes = deflateSync(bytes)
    else if (coding === 'br') bytes = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
    else return undefined
  }
  return bytes
}
