import type { FastifyReply } from 'fastify'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { methodBehind, rowsOf, type Compat } from '../compat.ts'
import { kBodyError, kNames, kPlain, kUnpowered, kWide, usualNames, type MarkedReply } from './marks.ts'

type Header = (this: FastifyReply, name: string, value?: unknown) => FastifyReply
type Remove = (this: FastifyReply, name: string) => FastifyReply

/** `reply.header` that keeps the case of the name, replaces, and completes a content type. */
export function createHeader (compat: Compat): Header {
  let fastifyHeader: Header | undefined
  return function header (this: MarkedReply, name: string, value?: unknown): FastifyReply {
    fastifyHeader ??= methodBehind<Header>(this, 'header', header as never)
    const rows = rowsOf(compat, this.request)
    const key = name.toLowerCase()
    if (key === 'connection' && rows.bodyErrorsKeepAlive && (this.request as { [kBodyError]?: boolean })[kBodyError] === true) return this
    noteName(this, key, name)
    let stored = value
    if (rows.headerText) stored = Array.isArray(value) ? value.map(String) : String(value)
    if (key === 'content-type' && rows.typeCharset && this[kPlain] !== true && typeof stored === 'string') stored = compat.libraries.withCharset(stored)
    if (rows.headerChecked) check(name, stored)
    if (rows.headerBytes && !isAscii(stored)) this[kWide] = true
    if (key === 'x-powered-by') this[kUnpowered] = false
    if (key === 'set-cookie' && rows.setCookieReplaced) this.removeHeader(key)
    return fastifyHeader.call(this, key, stored)
  }
}

function isAscii (value: unknown): boolean {
  return Array.isArray(value) ? value.every(isAscii) : typeof value !== 'string' || !/[^\t -~]/.test(value)
}

function check (name: string, value: unknown): void {
  validateHeaderName(name)
  if (Array.isArray(value)) for (const one of value) validateHeaderValue(name, one as string)
  else validateHeaderValue(name, value as string)
}

function noteName (reply: MarkedReply, key: string, name: string): void {
  const names = reply[kNames]
  if (name !== (usualNames[key] ?? key)) {
    if (names === undefined) reply[kNames] = { [key]: name }
    else names[key] = name
  } else if (names !== undefined && key in names) {
    delete names[key]
  }
}

/** `reply.removeHeader` that can remove `X-Powered-By` too, which is written last of all. */
export function createRemoveHeader (): Remove {
  let fastifyRemove: Remove | undefined
  return function removeHeader (this: MarkedReply, name: string): FastifyReply {
    fastifyRemove ??= methodBehind<Remove>(this, 'removeHeader', removeHeader as never)
    if (name.toLowerCase() === 'x-powered-by') this[kUnpowered] = true
    return fastifyRemove.call(this, name)
  }
}

/** `reply.type` that knows short names and charsets. */
export function createType (compat: Compat): Remove {
  let fastifyType: Remove | undefined
  return function type (this: MarkedReply, given: string): FastifyReply {
    fastifyType ??= methodBehind<Remove>(this, 'type', type as never)
    const { lookup } = compat.libraries
    let full = given
    if (rowsOf(compat, this.request).typeNames && !given.includes('/')) full = lookup(given) ?? 'application/octet-stream'
    return this.header('Content-Type', full)
  }
}
