import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { Compat } from '../compat.ts'
import type { Rows } from '../table.ts'
import { weakEntityTag } from './entity-tag.ts'
import { headerName, kBehind, kCompat, kEmptyText, kFailed, kHead, kImplicit, kNames, kOddType, kPlain, kReply, kRows, kUnpowered, kWide, type HeldResponse, type MarkedReply } from './marks.ts'

type Chunk = string | Uint8Array | null | undefined

/**
 * Holds the head of a response back until its body is known, after every hook has run:
 * only then can the entity tag be computed, a 304 be decided and the names be written in their case.
 */
export function hold (reply: MarkedReply, compat: Compat, rows: Rows): void {
  const res = reply.raw as HeldResponse
  if (res[kRows] === undefined) {
    if (Object.hasOwn(res, 'end') || Object.hasOwn(res, 'writeHead')) res[kBehind] = { writeHead: res.writeHead, end: res.end }
    res.writeHead = heldWriteHead as typeof res.writeHead
    res.end = heldEnd as typeof res.end
  }
  res[kRows] = rows
  res[kCompat] = compat
  res[kReply] = reply
}

/** The response's own methods, with the freedom in their arguments that Node gives. */
interface RawMethods {
  writeHead (this: HeldResponse, status: number, ...rest: unknown[]): HeldResponse
  end (this: HeldResponse, chunk?: Chunk, ...rest: unknown[]): HeldResponse
}

function behind (res: HeldResponse): RawMethods {
  return (res[kBehind] ?? Object.getPrototypeOf(res)) as RawMethods
}

function heldWriteHead (this: HeldResponse, status: number, ...rest: unknown[]): HeldResponse {
  const reply = this[kReply]
  const headers = rest[0]
  if (reply === null || reply === undefined) return behind(this).writeHead.call(this, status, ...rest)
  if (rest.length === 1 && typeof headers === 'object' && headers !== null && !Array.isArray(headers) && !('trailer' in headers)) {
    this.statusCode = status
    this[kHead] = headers as Record<string, unknown>
    return this
  }
  this[kReply] = null
  nameRawHeaders(this, reply, this[kRows] as Rows, headers as Record<string, unknown> | undefined)
  return behind(this).writeHead.call(this, status)
}

function heldEnd (this: HeldResponse, chunk?: Chunk, ...rest: unknown[]): HeldResponse {
  const reply = this[kReply]
  if (reply === null || reply === undefined) return behind(this).end.call(this, chunk, ...rest)
  this[kReply] = null
  const rows = this[kRows] as Rows
  const headers = this[kHead]
  if (headers === undefined || headers === null) {
    if (!this.headersSent) nameRawHeaders(this, reply, rows, undefined)
    return behind(this).end.call(this, chunk, ...rest)
  }
  return finish(this, reply, rows, headers, chunk)
}

function finish (res: HeldResponse, reply: MarkedReply, rows: Rows, headers: Record<string, unknown>, chunk: Chunk): HeldResponse {
  let status = res.statusCode
  let body = chunk
  if (reply[kOddType] !== undefined) headers['content-type'] = reply[kOddType]
  if (reply[kPlain] !== true) {
    if (body !== null && body !== undefined && reply[kNames] !== undefined) delete reply[kNames]['content-length']
    const tagged = rows.etag && !headers.etag && !res.getHeader('etag')
    // Express makes bytes of the text for the tag; shorter text without one goes out with the head, as UTF-8 both.
    if (reply[kWide] === true && typeof body === 'string' && (tagged || body.length >= 1000)) body = Buffer.from(body)
    if (rows.transferEncoding && headers['transfer-encoding']) delete headers['content-length']
    if (tagged) {
      if (body !== null && body !== undefined) headers.etag = weakEntityTag(body)
      else if (reply[kEmptyText] === true) headers.etag = weakEntityTag('')
    }
    if (rows.notModified && isFresh(res, status, headers)) {
      status = 304
      delete headers['content-type']
      delete headers['content-length']
      delete headers['transfer-encoding']
      body = null
    }
  }
  const next = behind(res)
  const implicit = reply[kImplicit] === true && (body === null || body === undefined)
  // Node encodes Content-Disposition in another way when it writes the head by itself, as it does under Express.
  if (implicit || headers['content-disposition'] !== undefined) {
    if (implicit && headers['content-length'] === '0') delete headers['content-length']
    res.statusCode = status
    nameRawHeaders(res, reply, rows, headers)
    return body === null || body === undefined || res.req.method === 'HEAD' ? next.end.call(res) : next.end.call(res, body)
  }
  writeHead(res, next, status, flatHeaders(reply, rows, headers))
  return body === null || body === undefined ? next.end.call(res) : next.end.call(res, body)
}

/**
 * Headers that HTTP does not allow throw, as they do in Fastify, which then answers with an error.
 * When that answer has them too, it goes without them: nobody would catch a second throw.
 */
function writeHead (res: HeldResponse, next: RawMethods, status: number, headers: unknown[]): void {
  try {
    next.writeHead.call(res, status, headers)
  } catch (error) {
    if (res[kFailed] !== true) {
      res[kFailed] = true
      throw error
    }
    next.writeHead.call(res, status, headers.filter((_value, i) => isAllowed(headers[i - i % 2] as string, headers[i - i % 2 + 1])))
  }
}

function isAllowed (name: string, value: unknown): boolean {
  try {
    validateHeaderName(name)
    for (const one of [value].flat()) validateHeaderValue(name, one as string)
    return true
  } catch {
    return false
  }
}

function isFresh (res: HeldResponse, status: number, headers: Record<string, unknown>): boolean {
  const request = res.req
  const asked = request.headers
  if (asked['if-none-match'] === undefined && asked['if-modified-since'] === undefined) return false
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'QUERY') return false
  if ((status < 200 || status >= 300) && status !== 304) return false
  return (res[kCompat] as Compat).libraries.fresh(asked, { etag: headers.etag ?? res.getHeader('etag'), 'last-modified': headers['last-modified'] ?? res.getHeader('last-modified') } as unknown as Record<string, string>)
}

function flatHeaders (reply: MarkedReply, rows: Rows, headers: Record<string, unknown>): unknown[] {
  const list: unknown[] = []
  const powered = rows.poweredBy && reply[kUnpowered] !== true
  const named = rows.headerCase
  let waiting = powered
  for (const key in headers) {
    // Names that are numbers come first in any object, in Node's own too.
    if (waiting && !isIndex(key)) {
      list.push(named ? 'X-Powered-By' : 'x-powered-by', headers['x-powered-by'] ?? 'Express')
      waiting = false
    }
    if (powered && key === 'x-powered-by') continue
    list.push(named ? headerName(reply, key) : key, headers[key])
  }
  if (waiting) list.push(named ? 'X-Powered-By' : 'x-powered-by', 'Express')
  return list
}

function isIndex (key: string): boolean {
  const first = key.charCodeAt(0)
  return first >= 48 && first <= 57 && /^\d+$/.test(key)
}

/** Sets the headers on the response itself, each under its name and in the order of Express. */
export function nameRawHeaders (res: HeldResponse, reply: MarkedReply, rows: Rows, headers: Record<string, unknown> | undefined): void {
  const all: Record<string, unknown> = { ...res.getHeaders(), ...headers }
  for (const name of res.getHeaderNames()) res.removeHeader(name)
  const list = flatHeaders(reply, rows, all)
  for (let i = 0; i < list.length; i += 2) res.setHeader(list[i] as string, list[i + 1] as string)
}
