import { basename, extname } from 'node:path'
import createError from 'http-errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import statuses from 'statuses'
import vary from 'vary'
import type { Compat } from '../compat.ts'
import { acceptedType } from '../request/negotiation.ts'
import type { FormatHandlers } from '../types.ts'

/** `res.json`: JSON whatever the value is. */
export function json (this: FastifyReply, value?: unknown, second?: unknown): FastifyReply {
  const [status, body] = statusAndBody(value, second, arguments.length)
  if (status !== undefined) this.raw.statusCode = status
  return sendJson(this, body)
}

function statusAndBody (first: unknown, second: unknown, count: number): [number | undefined, unknown] {
  if (count < 2) return [undefined, first]
  if (typeof second === 'number') return [second, first]
  return [first as number, second]
}

function sendJson (reply: FastifyReply, value: unknown): FastifyReply {
  if (value !== null && typeof value === 'object' && !isSerialized(value)) return reply.send(value)
  if (reply.getHeader('content-type') === undefined) reply.header('Content-Type', 'application/json')
  return reply.send(JSON.stringify(value))
}

/** Values that Fastify would send by another way than as JSON. */
function isSerialized (value: object): boolean {
  const { pipe, getReader } = value as { pipe?: unknown, getReader?: unknown }
  return value instanceof Error || ArrayBuffer.isView(value) || typeof pipe === 'function' || typeof getReader === 'function'
}

/** `res.jsonp`: JSON, wrapped in a call of the function that the query names. */
export function jsonp (this: FastifyReply, value?: unknown): FastifyReply {
  let body = JSON.stringify(value) as string | undefined
  const asked = (this.request.query as { callback?: unknown }).callback
  const given: unknown = Array.isArray(asked) ? asked[0] : asked
  if (this.getHeader('content-type') === undefined) {
    this.header('X-Content-Type-Options', 'nosniff')
    this.header('Content-Type', 'application/json')
  }
  if (typeof given !== 'string' || given.length === 0) return this.send(body)
  this.header('X-Content-Type-Options', 'nosniff')
  this.header('Content-Type', 'text/javascript')
  const callback = given.replace(/[^[\]\w$.]/g, '')
  body = body === undefined ? '' : body.replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029')
  return this.send(`/**/ typeof ${callback} === 'function' && ${callback}(${body});`)
}

/** `res.sendStatus`: the status with its text as the body. */
export function sendStatus (this: FastifyReply, status: number): FastifyReply {
  this.code(status)
  this.header('Content-Type', 'text/plain; charset=utf-8')
  return this.send(statuses.message[status] ?? String(status))
}

/** `res.format`: the handler of the type that the client likes best. */
export function createFormat (compat: Compat) {
  return function format (this: FastifyReply, handlers: FormatHandlers): FastifyReply {
    const keys = Object.keys(handlers).filter(key => key !== 'default')
    const key = keys.length > 0 ? acceptedType(compat, this.request, keys) : false
    this.header('Vary', vary.append(String(this.getHeader('vary') ?? ''), 'Accept'))
    const call = (handler: FormatHandlers[string] | undefined) => { handler?.(this.request as FastifyRequest, this) }
    if (key) {
      this.header('Content-Type', mediaType(compat, key))
      call(handlers[key])
    } else if (handlers.default !== undefined) {
      call(handlers.default)
    } else {
      this.send(createError(406, { types: keys.map(name => mediaType(compat, name)) }))
    }
    return this
  }
}

function mediaType (compat: Compat, name: string): string {
  if (name.includes('/')) return (name.split(';')[0] as string).trim()
  return compat.libraries.lookup(name) ?? 'application/octet-stream'
}

/** `res.attachment`: a download with this name, and its type. */
export function createAttachment (compat: Compat) {
  return function attachment (this: FastifyReply, filename?: string): FastifyReply {
    const name = filename === undefined ? undefined : compat.major === 5 ? basename(filename) : filename
    if (name) this.header('Content-Type', compat.libraries.lookup(extname(name)) ?? 'application/octet-stream')
    return this.header('Content-Disposition', compat.libraries.disposition(name))
  }
}
