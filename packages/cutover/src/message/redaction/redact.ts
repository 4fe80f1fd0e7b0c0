import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { Exchange, ExchangeRequest, Field, Payload } from '../exchange.ts'
import { closeBody, mayKeepDigest, openBody, withholdBody, type OpenBody } from './body.ts'
import { compileRules, type CompiledRules, type RedactionRules } from './rules.ts'
import { Secrets } from './secrets.ts'
import { TextRedactor } from './text.ts'

/** Takes secrets out of exchanges, each replaced by a tag: `redacted-` and 16 hexadecimal digits. */
export interface Redactor {
  redact (exchange: Exchange): Exchange
  redactRequest<R extends ExchangeRequest> (request: R): R
}

/**
 * Makes a redactor with a key of its own, which is kept in memory only: under it equal secrets have equal tags, and
 * without it a tag says nothing of its secret. A body that cannot be read, but names a secret, is replaced by its length
 * and a keyed digest.
 */
export function createRedactor (rules: RedactionRules = {}, key: Buffer = randomBytes(32)): Redactor {
  const compiled = compileRules(rules)
  const texts = new TextRedactor(compiled)
  return {
    redact (exchange) {
      const secrets = new Secrets(key)
      const { request, response, ...about } = exchange
      const target = texts.url(request.target, secrets)
      const sent = structure(request, compiled, texts, secrets)
      const answered = structure(response, compiled, texts, secrets)
      return {
        ...Object.fromEntries(Object.entries(about).map(([name, value]) => [name, typeof value === 'string' ? secrets.scrub(value) : value])),
        request: { ...finish(sent, secrets), target: secrets.scrub(target) },
        response: finish(answered, secrets)
      }
    },
    redactRequest (request) {
      const secrets = new Secrets(key)
      const target = texts.url(request.target, secrets)
      const sent = structure(request, compiled, texts, secrets)
      return { ...finish(sent, secrets), target: secrets.scrub(target) }
    }
  }
}

interface Opened<P> {
  readonly payload: P
  /** Undefined when the body is not kept. */
  readonly body: OpenBody | undefined
}

/** First pass: what headers and the body's fields name as secret. It also learns what to look for in the second. */
function structure<P extends Payload> (payload: P, rules: CompiledRules, texts: TextRedactor, secrets: Secrets): Opened<P> {
  const body = payload.truncated === undefined ? openBody(payload, rules, texts, secrets) : undefined
  const field = (each: Field): Field => [each[0], headerText(each[0], each[1], rules, texts, secrets)]
  return {
    payload: {
      ...payload,
      headers: payload.headers.map(field),
      ...(payload.trailers === undefined ? {} : { trailers: payload.trailers.map(field) })
    },
    body
  }
}

/** Second pass: copies of those secrets elsewhere in the exchange. */
function finish<P extends Payload> ({ payload, body }: Opened<P>, secrets: Secrets): P {
  const scrubbed = ([name, value]: Field): Field => [name, secrets.scrub(value)]
  const clean = {
    ...payload,
    headers: payload.headers.map(scrubbed),
    ...(payload.trailers === undefined ? {} : { trailers: payload.trailers.map(scrubbed) })
  }
  if (payload.truncated !== undefined && mayKeepDigest(payload)) return clean
  const closed = body && closeBody(clean, body, secrets.scrub(body.after))
  if (closed === clean) return clean
  return withoutDigests(closed ?? withholdBody(clean, secrets), secrets)
}

const DIGESTS = new Set(['content-md5', 'digest', 'content-digest', 'repr-digest', 'etag'])

/** A digest of the body as it was would let a short secret be guessed. */
function withoutDigests<P extends Payload> (payload: P, secrets: Secrets): P {
  const field = ([name, value]: Field): Field => [name, DIGESTS.has(name.toLowerCase()) ? secrets.tag(value) : value]
  return {
    ...payload,
    headers: payload.headers.map(field),
    ...(payload.trailers === undefined ? {} : { trailers: payload.trailers.map(field) })
  }
}

const URLS = new Set(['referer', 'location', 'content-location', 'x-original-url', 'x-original-uri', 'x-rewrite-url', 'x-forwarded-uri'])

function headerText (name: string, value: string, rules: CompiledRules, texts: TextRedactor, secrets: Secrets): string {
  const lower = name.toLowerCase()
  if (!rules.isSecretHeader(lower)) return URLS.has(lower) ? texts.url(value, secrets) : texts.text(value, secrets)
  if (lower === 'cookie' || lower === 'cookie2') return value.split(';').map(pair => cookie(pair, secrets)).join(';')
  if (lower === 'set-cookie' || lower === 'set-cookie2') {
    const end = value.indexOf(';')
    return end === -1 ? cookie(value, secrets) : cookie(value.slice(0, end), secrets) + value.slice(end)
  }
  const scheme = /^([A-Za-z][\w-]*)( +)(?=\S)/.exec(value)
  if (!lower.endsWith('authorization') || scheme === null) return secrets.tag(value)
  const credentials = value.slice(scheme[0].length)
  if (scheme[1]!.toLowerCase() === 'basic') learnBasic(credentials, secrets)
  return scheme[0] + secrets.tag(credentials)
}

/** So that the password is also found where it stands by itself. */
function learnBasic (credentials: string, secrets: Secrets): void {
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon !== -1) secrets.tag(pair.slice(colon + 1))
}

function cookie (pair: string, secrets: Secrets): string {
  const start = pair.indexOf('=') + 1
  const value = pair.slice(start).trim().replace(/^"|"$/g, '')
  const at = pair.indexOf(value, start)
  return pair.slice(0, at) + secrets.tag(value) + pair.slice(at + value.length)
}
