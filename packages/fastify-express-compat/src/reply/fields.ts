import type { FastifyReply } from 'fastify'
import vary from 'vary'
import { kUnpowered, type MarkedReply } from '../answer/marks.ts'
import { rowsOf, type Compat } from '../compat.ts'
import { locationOf } from './redirect.ts'

/** `res.set`: one header, or every header of an object. */
export function set (this: FastifyReply, name: string | Readonly<Record<string, unknown>>, value?: unknown): FastifyReply {
  if (typeof name === 'string') return setOne(this, name, value)
  for (const key in name) setOne(this, key, name[key])
  return this
}

function setOne (reply: FastifyReply, name: string, value: unknown): FastifyReply {
  if (name.toLowerCase() === 'content-type' && Array.isArray(value)) throw new TypeError('Content-Type cannot be set to an Array')
  if (name.toLowerCase() === 'set-cookie') reply.removeHeader(name)
  return reply.header(name, value)
}

/** `res.get`: a header of the answer so far. `X-Powered-By` is written last of all, but is there from the start. */
export function createGet (compat: Compat) {
  return function get (this: MarkedReply, name: string): number | string | string[] | undefined {
    const value = this.getHeader(name)
    if (value !== undefined || name.toLowerCase() !== 'x-powered-by') return value
    return this[kUnpowered] === true || !rowsOf(compat, this.request).poweredBy ? undefined : 'Express'
  }
}

/** `res.append`: adds a value to a header. */
export function append (this: FastifyReply, name: string, value: string | readonly string[]): FastifyReply {
  const before = this.getHeader(name)
  if (!before) return setOne(this, name, value)
  const list = Array.isArray(before) ? before.concat(value) : [String(before)].concat(value)
  return setOne(this, name, list)
}

/** `res.vary`: adds fields to `Vary`, each once. */
export function createVary (compat: Compat) {
  return function addVary (this: FastifyReply, fields: string | string[]): FastifyReply {
    if (compat.major === 4 && (!fields || fields.length === 0)) return this
    if (!fields) throw new TypeError('field argument is required')
    const before = this.getHeader('vary')
    const text = vary.append(Array.isArray(before) ? before.join(', ') : String(before ?? ''), fields)
    return text ? this.header('Vary', text) : this
  }
}

/** `res.links`: adds to `Link`. A list under one relation is several links in Express 5. */
export function createLinks (compat: Compat) {
  return function links (this: FastifyReply, targets: Readonly<Record<string, string | readonly string[]>>): FastifyReply {
    const before = this.getHeader('link')
    const added = Object.entries(targets).flatMap(([relation, target]) =>
      (Array.isArray(target) && compat.major === 5 ? target : [target]).map(one => `<${one}>; rel="${relation}"`))
    return this.header('Link', (before ? `${before}, ` : '') + added.join(', '))
  }
}

/** `res.location`: the `Location` header, percent-encoded. */
export function createLocation (compat: Compat) {
  return function location (this: FastifyReply, url: string): FastifyReply {
    return this.header('Location', locationOf(compat, { ...rowsOf(compat, this.request), locationEncoding: true }, this, url))
  }
}
