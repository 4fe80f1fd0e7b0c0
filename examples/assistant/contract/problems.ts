import { LimitsUnavailable } from '../domain/rate-limits.ts'
import type { Failure } from '../types/result.ts'
import { RequestInvalid } from './check.ts'

/** One fault of a request. */
export interface Detail {
  readonly field: string
  readonly message: string
}

/** An error as clients see it. */
export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly error: { readonly code: string, readonly message: string, readonly details?: readonly Detail[], readonly stack?: readonly string[] } }
}

const statusOf: Readonly<Record<Failure['kind'], number>> = { unauthenticated: 401, missing: 404, conflict: 409, unprocessable: 422, limited: 429, upstream: 502, unavailable: 503, late: 504 }

/** A rule's refusal. */
export function problemOfFailure ({ kind, code, message, retryAfter }: Failure): Problem {
  return problem(statusOf[kind], code, message, {
    ...kind === 'unauthenticated' && { 'www-authenticate': 'Bearer realm="assistant"' },
    ...retryAfter !== undefined && { 'retry-after': String(retryAfter) }
  })
}

export function tooManyRequests (headers: Readonly<Record<string, string>> = {}): Problem {
  return problem(429, 'TOO_MANY_REQUESTS', 'Too many requests: try again when the time in Retry-After is over', headers)
}

export function unknownRoute (method: string, url: string): Problem {
  return problem(404, 'ROUTE_NOT_FOUND', `There is no ${method} ${url.split('?')[0]}`)
}

/**
 * What was thrown: a refusal that both frameworks know by its `type`, or a bug.
 * @param expose whether clients are told details: in development, never in production
 */
export function problemOfError (error: unknown, { expose }: { expose: boolean }): Problem {
  if (error instanceof RequestInvalid) return problem(400, 'VALIDATION_FAILED', error.message, {}, expose ? { details: error.details } : {})
  if (error instanceof LimitsUnavailable) return problemOfFailure({ kind: 'unavailable', code: 'LIMITS_UNAVAILABLE', message: 'Requests cannot be counted at the moment: try again later', retryAfter: 30 })
  const { type, status, statusCode, message } = error as { type?: string, status?: number, statusCode?: number, message?: string }
  if (type === 'entity.parse.failed') return problem(400, 'JSON_MALFORMED', 'The body is not valid JSON')
  if (type === 'entity.too.large') return problem(413, 'BODY_TOO_LARGE', 'The body is larger than 64 kB')
  if (type === 'encoding.unsupported') return problem(415, 'ENCODING_UNSUPPORTED', 'The body is compressed in a way that this server does not read')
  if (type === 'charset.unsupported') return problem(415, 'CHARSET_UNSUPPORTED', 'The body is in a charset that this server does not read')
  if ((status ?? statusCode) === 400) return problem(400, 'REQUEST_MALFORMED', message ?? 'The request is malformed')
  return problem(500, 'INTERNAL', 'Something went wrong on our side', {}, expose ? insides(error) : {})
}

function problem (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}, more: { readonly details?: readonly Detail[], readonly stack?: readonly string[] } = {}): Problem {
  return { status, headers, body: { error: { code, message, ...more } } }
}

/** The message, and where in the rules and below it came from: the frames that both faces share. The log has them all. */
function insides (error: unknown): { readonly details: readonly Detail[], readonly stack: readonly string[] } {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const frames = (stack ?? '').split('\n').flatMap(line => {
    const [, at] = /\/((?:domain|data|external)\/[^\s():]+\.[jt]s:\d+):\d+\)?$/.exec(line) ?? []
    return at === undefined || line.includes('/node_modules/') ? [] : [at]
  })
  return { details: [{ field: 'cause', message }], stack: frames }
}
