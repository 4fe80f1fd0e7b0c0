import type { FastifyReply } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { Compat } from '../compat.ts'
import type { Rows } from '../table.ts'

/** The case in which a header was set, by its lowercase name; only where it is not the usual one. */
export const kNames = Symbol('expressCompat.names')
/** The handler removed `X-Powered-By`. */
export const kUnpowered = Symbol('expressCompat.unpowered')
/** The body is sent as it is, as Express does by `res.end`: no `ETag`, no 304. */
export const kPlain = Symbol('expressCompat.plain')
/** Node states the length, because nothing was sent. */
export const kImplicit = Symbol('expressCompat.implicit')
/** The body is the empty text, which has an `ETag`. */
export const kEmptyText = Symbol('expressCompat.emptyText')
/** A header value is not ASCII: Express sends the body apart from it, as bytes. */
export const kWide = Symbol('expressCompat.wide')
/** A content type that Fastify cannot read and would replace. */
export const kOddType = Symbol('expressCompat.oddType')
/** The names of the headers before the error, in their order. */
export const kOrder = Symbol('expressCompat.order')
/** The handler threw what is sent next. */
export const kThrown = Symbol('expressCompat.thrown')
/** The parser of the body failed. */
export const kBodyError = Symbol('expressCompat.bodyError')

export const kReply = Symbol('expressCompat.reply')
export const kRows = Symbol('expressCompat.rows')
export const kCompat = Symbol('expressCompat.compat')
export const kFailed = Symbol('expressCompat.failed')
export const kHead = Symbol('expressCompat.head')
export const kBehind = Symbol('expressCompat.behind')

/** A reply with what the plugin notes on it. */
export interface MarkedReply extends FastifyReply {
  [kNames]?: Record<string, string>
  [kUnpowered]?: boolean
  [kPlain]?: boolean
  [kImplicit]?: boolean
  [kEmptyText]?: boolean
  [kThrown]?: boolean
  [kWide]?: boolean
  [kOddType]?: string
  [kOrder]?: readonly string[]
}

/** A response whose head waits for its body. */
export interface HeldResponse extends ServerResponse {
  [kReply]?: MarkedReply | null
  [kRows]?: Rows
  /** A head could not be written already. */
  [kFailed]?: boolean
  [kCompat]?: Compat
  [kHead]?: Record<string, unknown> | null
  [kBehind]?: Pick<ServerResponse, 'writeHead' | 'end'>
}

/** Names as Express and Node write them, for headers that Fastify sets itself. */
export const usualNames: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  'content-type': 'Content-Type',
  'content-length': 'Content-Length',
  etag: 'ETag',
  'transfer-encoding': 'Transfer-Encoding',
  trailer: 'Trailer'
})

/** The name under which a header is written. */
export function headerName (reply: MarkedReply, key: string): string {
  return reply[kNames]?.[key] ?? usualNames[key] ?? key
}
