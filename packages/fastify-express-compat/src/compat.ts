import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Libraries } from './libraries.ts'
import type { Settings, TrustProxy } from './options.ts'
import type { ExpressMajor } from './row.ts'
import type { KnownRoute } from './routing/known-route.ts'
import type { Rows } from './table.ts'

/** What reads and parses the bodies of requests. */
export interface BodySource {
  /** `done` gets what `req.body` would be. */
  read (request: FastifyRequest, rows: Rows, done: (error: Error | null, body?: unknown) => void): void
}

/** Everything that one registration of the plugin knows. */
export interface Compat {
  readonly rows: Rows
  readonly major: ExpressMajor
  readonly settings: Settings
  readonly libraries: Libraries
  readonly trust: (address: string, hop: number) => boolean
  readonly production: boolean
  /** Routes in the order of their registration. */
  readonly routes: KnownRoute[]
  /** True once a route has rows of its own; until then nobody looks for them. */
  perRoute: boolean
  closing: boolean
  reader: BodySource | undefined
}

/** Under this key of a route's config its resolved rows are kept. */
export const kRouteRows = Symbol('expressCompat.rows')

/** The rows that hold for this request. */
export function rowsOf (compat: Compat, request: FastifyRequest): Rows {
  if (!compat.perRoute) return compat.rows
  const config = request.routeOptions.config as { [kRouteRows]?: Rows } | undefined
  return config?.[kRouteRows] ?? compat.rows
}

type Method = (this: FastifyReply, ...args: never[]) => unknown

/**
 * The method of the reply that `own` stands in front of: the one found above it on the prototype chain.
 * Found once, on the first call, because the plugin may not import the copy of Fastify that it runs in.
 */
export function methodBehind<M extends Method> (reply: FastifyReply, name: string, own: Method): M {
  let holder: object | null = Object.getPrototypeOf(reply)
  while (holder !== null && !(Object.hasOwn(holder, name) && (holder as Record<string, unknown>)[name] === own)) holder = Object.getPrototypeOf(holder)
  const behind = holder === null ? null : Object.getPrototypeOf(holder)
  return (behind as Record<string, M>)[name] as M
}

export type { TrustProxy }
