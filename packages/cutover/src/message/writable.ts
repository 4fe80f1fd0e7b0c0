import { fault } from '../errors.ts'
import type { Exchange, ExchangeRequest, Field } from './exchange.ts'
import { headerValue, isFieldName, isFieldValue } from './headers.ts'
import { createRedactor } from './redaction/redact.ts'

export interface WriteOptions {
  /** Scheme and authority to write targets below. Default `http://` and the Host header. */
  readonly origin?: string
  /** Writes secrets as they are; otherwise they are replaced by tags, as in a recording. */
  readonly secrets?: boolean
}

/**
 * The request as an exporter may write it.
 * @param format for the error: `curl`, `Hurl`
 * @throws CUT_EXCHANGE_UNWRITABLE when a name, value or target could be read as more than one, or the body was not kept
 */
export function writableRequest (request: ExchangeRequest, format: string, options: WriteOptions): ExchangeRequest {
  const problem = requestProblem(request) ?? (request.truncated === undefined ? undefined : 'its body was not kept')
  if (problem !== undefined) throw unwritable(request, format, problem)
  const clean = options.secrets === true ? request : createRedactor().redactRequest(request)
  if (clean.truncated !== undefined) throw unwritable(request, format, 'its body cannot be searched for secrets')
  return clean
}

/** The URL of a request: its target below the origin. */
export function urlOf (request: ExchangeRequest, options: WriteOptions): string {
  if (/^https?:/i.test(request.target)) return request.target
  const host = headerValue(request.headers, 'host') ?? ''
  const origin = options.origin?.replace(/\/+$/, '') ?? `http://${/^[\w.:[\]-]+$/.test(host) ? host : 'localhost'}`
  return request.target === '*' ? origin : origin + request.target
}

/** Why an exchange must not be written into another format; undefined when it may. */
export function exchangeProblem ({ request, response }: Exchange): string | undefined {
  return requestProblem(request) ?? fieldProblem(response.headers) ?? fieldProblem(response.trailers ?? [])
}

function requestProblem ({ method, target, headers, trailers }: ExchangeRequest): string | undefined {
  if (!isFieldName(method)) return 'its method is no token'
  // Visible ASCII: a line break would begin a header, a # would cut the target.
  if (!/^[\x21\x22\x24-\x7e]+$/.test(target)) return 'its target holds a character that none may have'
  if (target !== '*' && !/^(\/|https?:\/\/[^/])/i.test(target)) return 'its target is no path'
  return fieldProblem(headers) ?? fieldProblem(trailers ?? [])
}

function fieldProblem (fields: readonly Field[]): string | undefined {
  for (const [name, value] of fields) {
    if (!isFieldName(name)) return `the header name ${JSON.stringify(name)} is no token`
    if (!isFieldValue(value) || /[^\0-\xff]/.test(value)) return `the header ${name} holds a character that none may have`
  }
  return undefined
}

function unwritable (request: ExchangeRequest, format: string, problem: string): Error {
  return fault('CUT_EXCHANGE_UNWRITABLE', printable(request.method), printable(request.target), format, problem)
}

function printable (text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')
}
