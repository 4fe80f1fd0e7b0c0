import cookieParser from 'cookie-parser'
import fastify, { type HTTPMethods } from 'fastify'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { expressCompat, expressOptions, type RowName } from '../../src/index.ts'
import type { ExpressMajor } from '../../src/row.ts'
import type { Any, Fixture, Running } from './fixture.ts'

const require = createRequire(import.meta.url)

process.env.NO_DEPRECATION = 'express,body-parser,send'

// Express logs every error that reaches its final handler; the fixtures make many on purpose.
const { error: print } = console
console.error = (...words: unknown[]) => { if (process.env.COMPAT_VERBOSE) print(...words) }

/** The fixture as an application of the real Express. */
export function expressApp (fixture: Fixture, major: ExpressMajor): Any {
  const express = require(major === 4 ? 'express4' : 'express')
  const { settings = {} } = fixture
  const app = express()
  app.set('env', settings.env ?? 'production')
  if (settings.trust !== undefined) app.set('trust proxy', settings.trust)
  if (settings.query !== undefined) app.set('query parser', settings.query)
  if (settings.subdomainOffset !== undefined) app.set('subdomain offset', settings.subdomainOffset)
  if (settings.cookieSecret !== undefined || fixture.cookieParser) app.use(cookieParser(settings.cookieSecret as string))
  for (const parser of ['json', 'urlencoded', 'text', 'raw'] as const) {
    const options = (settings.bodies ?? { json: true })[parser]
    if (options) app.use(express[parser](options === true ? (parser === 'urlencoded' ? { extended: major === 4 } : {}) : options))
  }
  fixture.express?.(app, express, major)
  for (const [method, path, handler] of fixture.routes ?? []) {
    const shown = major === 5 ? path.replace(/\*$/, '*splat') : path
    app[method.toLowerCase()](shown, (req: Any, res: Any) => handler(req, res))
  }
  return app
}

/** The fixture on the real Express, listening. */
export async function startExpress (fixture: Fixture, major: ExpressMajor): Promise<Running> {
  const server: Server = await new Promise(resolve => {
    const listening: Server = expressApp(fixture, major).listen(0, '127.0.0.1', () => resolve(listening))
  })
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () => new Promise(resolve => { server.close(() => resolve()); setImmediate(() => server.closeIdleConnections()) })
  }
}

/** The fixture on Fastify with the plugin, listening; `off` names a row to turn off, for the instance or for every route. */
export async function startFastify (fixture: Fixture, major: ExpressMajor, off?: RowName, where: 'instance' | 'route' = 'instance'): Promise<Running> {
  const options = { ...fixture.settings, env: fixture.settings?.env ?? 'production', express: major, ...(off === undefined || where === 'route' ? {} : { [off]: false }) }
  const app = fastify({ ...expressOptions(options), ...fixture.fastifyOptions })
  if (where === 'route') app.addHook('onRoute', route => { if (off !== undefined && (route.config as object | undefined) === undefined) route.config = { expressCompat: { [off]: false } } })
  await app.register(expressCompat, options)
  fixture.fastify?.(app as never, major)
  for (const [method, url, handler, more] of fixture.routes ?? []) {
    const methods = method === 'all' ? app.supportedMethods as HTTPMethods[] : method as HTTPMethods
    app.route({ ...more, method: methods, url, handler: function (request, reply) { return handler(request, reply) } })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { server: app.server, port: (app.server.address() as AddressInfo).port, close: async () => { await app.close() } }
}
