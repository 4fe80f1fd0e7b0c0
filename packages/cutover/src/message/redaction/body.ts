import { Buffer, isUtf8 } from 'node:buffer'
import { contentCodings, decodeContent, digestOf, encodeContent, NO_BODY } from '../body.ts'
import type { Payload } from '../exchange.ts'
import { headerValue, mediaType, parameter } from '../headers.ts'
import type { CompiledRules } from './rules.ts'
import type { Secrets } from './secrets.ts'
import type { TextRedactor } from './text.ts'

/** Bytes that a body may have once its content coding is undone; more is not kept. */
const DECODED_LIMIT = 16 * 1024 * 1024

/** A body on its way through redaction. */
export interface OpenBody {
  readonly codings: readonly string[]
  /** Decoded, one character for each byte. */
  readonly before: string
  readonly after: string
}

/**
 * Takes a body apart and redacts what its type tells.
 * @returns undefined when it cannot be read well enough to say that it holds no secret: it must not be kept then
 */
export function openBody (payload: Payload, rules: CompiledRules, texts: TextRedactor, secrets: Secrets): OpenBody | undefined {
  const codings = contentCodings(payload.headers)
  const bytes = decodeContent(payload.body, codings, DECODED_LIMIT)
  if (bytes === undefined) return undefined
  const before = bytes.toString('latin1')
  const after = redacted(mediaType(payload.headers), headerValue(payload.headers, 'content-type') ?? '', before, rules, texts, secrets)
  return after === undefined ? undefined : { codings, before, after }
}

function redacted (type: string, header: string, text: string, rules: CompiledRules, texts: TextRedactor, secrets: Secrets): string | undefined {
  if (text === '') return text
  if (type === 'application/x-www-form-urlencoded') return texts.form(text, secrets)
  if (type.startsWith('multipart/')) {
    const clean = texts.multipart(text, parameter(header, 'boundary') ?? '', secrets,
      (partType, part) => partType.startsWith('multipart/') ? unread(part, rules) : redacted(partType, '', part, rules, texts, secrets))
    return clean ?? unread(text, rules)
  }
  if (isOpaque(type)) return text
  if (LINES.has(type)) {
    return text.replace(/^(data:[ \t]?)?([^\r\n]+)/gm, (line, start: string = '', rest: string) => {
      const clean = texts.json(rest, secrets)
      return clean === undefined ? texts.text(line, secrets) : start + clean
    })
  }
  const asJson = texts.json(text, secrets)
  if (asJson !== undefined) return asJson
  const clean = texts.text(text, secrets)
  if (/[/+]json$/.test(type)) return unread(text, rules)
  if (text.includes('\0') || !isUtf8(Buffer.from(text, 'latin1'))) return unread(text, rules)
  return clean
}

/** Types of which each line can be JSON. */
const LINES = new Set(['text/event-stream', 'application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/json-seq'])

/** Text without a parser stays only when no secret is named in it. */
function unread (text: string, rules: CompiledRules): string | undefined {
  return rules.mentionsSecret(text) ? undefined : text
}

/** Types that hold no fields; copies of known secrets are looked for in them nevertheless. */
function isOpaque (type: string): boolean {
  return /^(image\/(?!svg)|video\/|audio\/|font\/)/.test(type) || type === 'application/pdf' || type === 'application/zip' || type === 'application/wasm'
}

/**
 * Puts a body together again; bytes that nothing was redacted in are the same ones.
 * @returns undefined when it cannot be coded again: it must not be kept then
 */
export function closeBody<P extends Payload> (payload: P, open: OpenBody, after: string): P | undefined {
  if (after === open.before) return payload
  const body = encodeContent(Buffer.from(after, 'latin1'), open.codings)
  return body && { ...payload, body }
}

/** Leaves of a body its length and a digest from which it cannot be guessed. */
export function withholdBody<P extends Payload> (payload: P, secrets: Secrets): P {
  const { length, sha256 } = payload.truncated ?? digestOf(payload.body)
  const keyed = payload.truncated?.keyed === true ? sha256 : sha256 && secrets.digest(sha256)
  return { ...payload, body: NO_BODY, truncated: { length, ...(keyed === undefined ? {} : { sha256: keyed, keyed: true as const }) } }
}

/** Whether the plain digest of a body that was not kept can stay: nobody guesses a picture. */
export function mayKeepDigest (payload: Payload): boolean {
  const type = mediaType(payload.headers)
  return isOpaque(type) || type === 'application/octet-stream' || type === 'application/gzip'
}
