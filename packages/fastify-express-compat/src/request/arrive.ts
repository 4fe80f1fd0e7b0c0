import { parse as parseQuery } from 'node:querystring'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as contentType from 'content-type'
import parseUrl from 'parseurl'
import qs from 'qs'
import { hideType, type BodyReader } from '../body/parse.ts'
import { rowsOf, type Compat } from '../compat.ts'
import type { ExpressMajor } from '../row.ts'
import { kReplyOf } from './decorate.ts'
import { matches, withoutDoubledSlash, type RoutePattern } from '../routing/matching.ts'

type Next = (error?: Error) => void
type Hook = (request: FastifyRequest, reply: FastifyReply, next: Next) => void

/** The one hook that looks at a request before its route does. */
export function createArrival (compat: Compat, reader: BodyReader, patterns: ReadonlyMap<string, RoutePattern>): Hook {
  const extended = compat.settings.query === undefined ? compat.major === 4 : compat.settings.query === 'extended'
  const bodyRead = new Set(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])
  const linked = compat.rows.fresh
  return function arrive (request, reply, next) {
    const rows = rowsOf(compat, request)
    const { raw } = request
    const url = raw.url as string
    if (linked) (request as { [kReplyOf]?: FastifyReply })[kReplyOf] = reply
    if (rows.queryParser && (extended || url.includes('?') || url.includes('#'))) request.query = readQuery(parseUrl(raw)?.query as string | null | undefined, extended, compat.major)
    if (rows.paramsPrototype && request.params !== null) Object.setPrototypeOf(request.params, Object.prototype)
    if (rows.missingBody) request.body = {}
    if (rows.mountedSlashes && url.includes('//') && request.is404 && (raw as { originalUrl?: string }).originalUrl === undefined) {
      const target = withoutDoubledSlash(patterns, url)
      if (target !== undefined) {
        ;(raw as { originalUrl?: string }).originalUrl = url
        raw.url = target
        reply.hijack()
        request.server.routing(raw, reply.raw)
        return
      }
    }
    const matching = matches(rows, request, url, patterns)
    const { headers } = raw
    if (headers['content-type'] !== undefined && matching && rows.invalidTypes && bodyRead.has(raw.method as string) && !isValidType(headers['content-type'])) hideType(raw)
    const framed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
    if (framed && (!matching || (!bodyRead.has(raw.method as string) && (raw.method === 'GET' || raw.method === 'HEAD' ? rows.bodiesOnGet : rows.bodiesOnOthers)))) {
      reader.read(request, rows, (error, body) => {
        if (error !== null) return next(error)
        request.body = body
        if (matching) next()
        else reply.callNotFound()
      })
      return
    }
    if (matching) next()
    else reply.callNotFound()
  }
}

function readQuery (text: string | null | undefined, extended: boolean, major: ExpressMajor): unknown {
  if (!extended) return parseQuery(text ?? '')
  return qs.parse(text ?? '', major === 4 ? { allowPrototypes: true, arrayLimit: 1000 } : { allowPrototypes: true })
}

/** Whether Fastify takes the content type for well formed. */
function isValidType (type: string): boolean {
  const known = validTypes.get(type)
  if (known !== undefined) return known
  const valid = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/.test(type) && parses(type)
  if (validTypes.size < 500) validTypes.set(type, valid)
  return valid
}

const validTypes = new Map<string, boolean>()

function parses (type: string): boolean {
  try {
    return contentType.parse(type).type !== ''
  } catch {
    return false
  }
}
