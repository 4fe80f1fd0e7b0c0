import type { FastifyInstance, FastifyServerOptions, RouteShorthandOptions } from 'fastify'
import type { Settings } from '../../src/index.ts'
import type { ExpressMajor } from '../../src/row.ts'

// Handlers are written once and run on both frameworks, so neither framework's types fit them.
export type Any = any

/** A handler that uses only what Express has, and what the plugin gives to Fastify. */
export type Handler = (req: Any, res: Any) => unknown

/** A route of the small application: method, path, handler, and options that only Fastify has. */
export type Route = readonly [method: string, path: string, handler: Handler, options?: RouteShorthandOptions]

/** The same small application for both frameworks, and what is asked of it. */
export interface Fixture {
  readonly routes?: readonly Route[]
  readonly settings?: Omit<Settings, 'express'>
  /** Middleware of Express 4 and 5 that has no counterpart among the settings. */
  readonly express?: (app: Any, library: Any, major: ExpressMajor) => void
  readonly fastify?: (app: FastifyInstance, major: ExpressMajor) => void
  readonly fastifyOptions?: FastifyServerOptions
  /** Each entry is a connection: one raw request, or several in turn. */
  readonly requests: ReadonlyArray<string | readonly string[]>
  /** Instead of requests: something else to learn from a running server. */
  readonly probe?: (server: Running) => Promise<string>
  readonly cookieParser?: boolean
}

/** A listening application. */
export interface Running {
  readonly port: number
  /** Starts closing without waiting; resolves when all is closed. */
  close (): Promise<void>
  readonly server: import('node:http').Server
}
