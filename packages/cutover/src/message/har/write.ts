import { Buffer, isUtf8 } from 'node:buffer'
import { STATUS_CODES } from 'node:http'
import { contentCodings, decodeContent } from '../body.ts'
import type { Exchange, Field, Payload } from '../exchange.ts'
import { headerValue, headerValues } from '../headers.ts'
import type { OnNote } from '../note.ts'
import { createRedactor } from '../redaction/redact.ts'
import { exchangeProblem, urlOf, type WriteOptions } from '../writable.ts'

export interface WriteHarOptions extends WriteOptions {
  /** Told of exchanges that cannot be written. */
  readonly onNote?: OnNote
}

const DECODED_LIMIT = 64 * 1024 * 1024

/**
 * Writes exchanges as one HAR 1.2 file, piece by piece. Contents are written decoded. What the format has no place for
 * (session, feature, backend, trailers, digests of bodies) stands under `_cutover`, as it allows. An exchange with line
 * breaks in its headers or target is left out and noted.
 */
export async function * writeHar (exchanges: AsyncIterable<Exchange> | Iterable<Exchange>, options: WriteHarOptions = {}): AsyncGenerator<string> {
  const redactor = createRedactor()
  yield '{"log":{"version":"1.2","creator":{"name":"cutover","version":"1"},"entries":['
  let number = 0
  let written = 0
  for await (const exchange of exchanges) {
    number++
    const problem = exchangeProblem(exchange)
    if (problem !== undefined) {
      options.onNote?.({ kind: 'skipped', where: `exchange ${number}`, what: problem })
      continue
    }
    const entry = harEntry(options.secrets === true ? exchange : redactor.redact(exchange), options)
    yield (written++ === 0 ? '\n' : ',\n') + JSON.stringify(entry)
  }
  yield '\n]}}\n'
}

function harEntry (exchange: Exchange, options: WriteOptions): object {
  const { request, response, startedAt, durationMs, ...about } = exchange
  const time = durationMs ?? 0
  const sent = content(request)
  const answered = content(response)
  const url = urlOf(request, options)
  return {
    startedDateTime: startedAt ?? new Date(0).toISOString(),
    time,
    request: {
      method: request.method,
      url,
      httpVersion: 'HTTP/1.1',
      cookies: headerValues(request.headers, 'cookie').flatMap(value => value.split(';').map(cookie)),
      headers: request.headers.map(pair),
      queryString: query(request.target),
      headersSize: -1,
      bodySize: request.truncated?.length ?? request.body.length,
      ...(request.body.length === 0
        ? {}
        : { postData: { mimeType: headerValue(request.headers, 'content-type') ?? '', text: sent.text, _encoding: sent.encoding ?? 'utf8' } }),
      _cutover: own(request, sent.coded, request.target === '*' || /^https?:/i.test(request.target) ? request.target : undefined)
    },
    response: {
      status: response.status,
      statusText: STATUS_CODES[response.status] ?? '',
      httpVersion: 'HTTP/1.1',
      cookies: headerValues(response.headers, 'set-cookie').map(value => cookie(value.split(';', 1)[0]!)),
      headers: response.headers.map(pair),
      content: {
        size: response.truncated?.length ?? answered.size,
        mimeType: headerValue(response.headers, 'content-type') ?? '',
        ...(response.truncated === undefined ? { text: answered.text } : {}),
        ...(answered.encoding === undefined ? {} : { encoding: answered.encoding })
      },
      redirectURL: headerValue(response.headers, 'location') ?? '',
      headersSize: -1,
      bodySize: response.truncated?.length ?? response.body.length,
      _cutover: own(response, answered.coded)
    },
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
    ...(Object.keys(about).length === 0 ? {} : { _cutover: about }),
    ...(startedAt === undefined ? { comment: 'the time is not known' } : {})
  }
}

interface Content {
  readonly text: string
  readonly encoding?: 'base64'
  readonly size: number
  /** The content coding could not be undone. */
  readonly coded: boolean
}

function content (payload: Payload): Content {
  const codings = contentCodings(payload.headers)
  const decoded = decodeContent(payload.body, codings, DECODED_LIMIT)
  const bytes: Buffer = decoded ?? payload.body
  const coded = decoded === undefined
  return isUtf8(bytes)
    ? { text: bytes.toString('utf8'), size: bytes.length, coded }
    : { text: bytes.toString('base64'), encoding: 'base64', size: bytes.length, coded }
}

function own (payload: Payload, coded: boolean, target?: string): object {
  return {
    ...(target === undefined ? {} : { target }),
    ...(payload.truncated === undefined ? {} : { truncated: payload.truncated }),
    ...(payload.trailers === undefined ? {} : { trailers: payload.trailers }),
    ...(coded ? { coded } : {})
  }
}

function pair ([name, value]: Field): object {
  return { name, value }
}

function cookie (text: string): object {
  const equals = text.indexOf('=')
  return equals === -1 ? { name: '', value: text.trim() } : { name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() }
}

function query (target: string): object[] {
  const start = target.indexOf('?')
  return start === -1 ? [] : [...new URLSearchParams(target.slice(start + 1))].map(pair)
}
