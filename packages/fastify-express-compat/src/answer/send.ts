import type { FastifyReply } from 'fastify'
import { methodBehind, rowsOf, type Compat } from '../compat.ts'
import type { Rows } from '../table.ts'
import statuses from 'statuses'
import { weakEntityTag } from './entity-tag.ts'
import { hold } from './finish.ts'
import { kEmptyText, kImplicit, kNames, kOddType, kOrder, kPlain, kThrown, type MarkedReply } from './marks.ts'

type Send = (this: FastifyReply, payload?: unknown) => FastifyReply

/** `reply.send` with what `res.send` does to its argument before anything is written. */
export function createSend (compat: Compat): Send {
  let fastifySend: Send | undefined
  return function send (this: MarkedReply, payload?: unknown): FastifyReply {
    fastifySend ??= methodBehind<Send>(this, 'send', send as never)
    if (this.raw.headersSent || this.sent || this.request.raw.httpVersionMajor > 1) return fastifySend.call(this, payload)
    const rows = rowsOf(compat, this.request)
    hold(this, compat, rows)
    if (compat.closing && rows.draining) keepOpen(this.raw)
    const thrown = this[kThrown] === true
    if (thrown) this[kThrown] = false
    if (thrown || payload instanceof Error) this[kOrder] = Object.keys(this.getHeaders())
    if (thrown || payload instanceof Error || this[kPlain] === true) return fastifySend.call(this, payload)
    return fastifySend.call(this, prepare(compat, rows, this, payload))
  }
}

function prepare (compat: Compat, rows: Rows, reply: MarkedReply, given: unknown): unknown {
  let payload = given
  if (rows.statusNumber && typeof payload === 'number') payload = statusText(compat, reply, payload)
  if (payload === undefined) {
    if (rows.emptySend) reply[kImplicit] = true
    return undefined
  }
  if (payload === null) {
    if (!rows.nullBody) return null
    reply[kEmptyText] = true
    reply.header('Content-Length', '0')
    return bodyless(rows, reply) ? sendBodyless(reply, rows, '') : undefined
  }
  if (typeof payload === 'string') return prepareText(compat, rows, reply, payload)
  if (isStream(payload)) return payload
  if (ArrayBuffer.isView(payload)) {
    const viewed = Buffer.isBuffer(payload) || !rows.binaryViews ? payload : copyView(compat, payload)
    if (viewed instanceof Uint8Array) {
      const type = reply.getHeader('content-type')
      if (rows.oddTypes && typeof type === 'string' && !/^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/.test(type)) reply[kOddType] = type
      if (!bodyless(rows, reply)) return viewed
      if (reply.getHeader('content-type') === undefined) reply.header('Content-Type', 'application/octet-stream')
      return sendBodyless(reply, rows, Buffer.from(viewed.buffer, viewed.byteOffset, viewed.byteLength))
    }
  }
  return prepareValue(compat, rows, reply, payload)
}

function prepareText (compat: Compat, rows: Rows, reply: MarkedReply, text: string): unknown {
  const type = reply.getHeader('content-type')
  // Express 5 stores false for a type that its library does not know, which is no text.
  if (type === undefined || (type === 'false' && rows.typeCharset)) {
    if (rows.htmlStrings) setType(reply, 'text/html; charset=utf-8')
  } else if (rows.stringCharset && typeof type === 'string') {
    setType(reply, compat.libraries.setCharset(type))
  }
  return bodyless(rows, reply) ? sendBodyless(reply, rows, text) : text
}

function prepareValue (compat: Compat, rows: Rows, reply: MarkedReply, value: unknown): unknown {
  const type = reply.getHeader('content-type')
  const isJson = type === undefined || (typeof type === 'string' && type.includes('json'))
  if (!bodyless(rows, reply)) {
    if (isJson || !rows.objectWithType) {
      if (rows.stringCharset && typeof type === 'string') setType(reply, compat.libraries.setCharset(type))
      return value
    }
    return prepareText(compat, rows, reply, JSON.stringify(value))
  }
  if (type === undefined) setType(reply, 'application/json; charset=utf-8')
  return sendBodyless(reply, rows, JSON.stringify(value))
}

/** Takes back the `Connection: close` that Fastify sets while it closes, so that Node decides as it does under Express. */
function keepOpen (res: FastifyReply['raw']): void {
  if (res.getHeader('connection') !== 'close') return
  res.removeHeader('connection')
  // Node remembers the removal and would then write no Connection header at all.
  ;(res as unknown as { _removedConnection: boolean })._removedConnection = false
}

function bodyless (rows: Rows, reply: FastifyReply): boolean {
  const status = reply.raw.statusCode
  return rows.bodylessStatus && (status === 204 || status === 205 || status === 304)
}

function sendBodyless (reply: MarkedReply, rows: Rows, body: string | Buffer): undefined {
  const reset = reply.raw.statusCode === 205
  if (reset) reply.header('Content-Length', '0')
  if (rows.etag && !reply.getHeader('etag')) reply.header('ETag', weakEntityTag(body))
  if (!reset) {
    reply.removeHeader('content-type')
    reply.removeHeader('content-length')
  }
  reply.removeHeader('transfer-encoding')
  return undefined
}

function setType (reply: MarkedReply, type: string): void {
  if (reply[kNames] !== undefined) delete reply[kNames]['content-type']
  reply.header('Content-Type', type)
}

function statusText (compat: Compat, reply: FastifyReply, status: number): string | undefined {
  if (reply.getHeader('content-type') === undefined) setType(reply as MarkedReply, 'text/plain; charset=utf-8')
  reply.raw.statusCode = status
  return statuses.message[status]
}

function copyView (compat: Compat, view: ArrayBufferView): unknown {
  return compat.major === 5 ? Buffer.from(view as Uint8Array) : view
}

function isStream (payload: object | number | boolean | bigint | symbol | unknown): boolean {
  const value = payload as { pipe?: unknown, getReader?: unknown }
  return typeof value.pipe === 'function' || typeof value.getReader === 'function' || Object.prototype.toString.call(payload) === '[object Response]'
}
