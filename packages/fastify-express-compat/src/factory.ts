import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import parseUrl from 'parseurl'
import type { Compat } from './compat.ts'
import { errorPage, notFoundPage, writePage } from './errors/page.ts'
import { resolveRows, type ExpressCompatOptions } from './options.ts'
import { undecodable } from './routing/known-route.ts'
import type { RowName } from './table.ts'

const installed = new WeakMap<Server, Compat>()

/** Lets the constructor's options find the plugin of the instance that they made. */
export function rememberCompat (server: Server, compat: Compat): void {
  installed.set(server, compat)
}

const longest = 1_000_000_000

/**
 * Options for the Fastify constructor, for the rows that a plugin cannot set. Spread your own after them:
 * `fastify({ ...expressOptions({ express: 5 }), logger: true })`.
 * Takes the same options as the plugin.
 */
export function expressOptions (options: ExpressCompatOptions): FastifyServerOptions {
  const rows = resolveRows(options)
  return {
    routerOptions: {
      ...(rows.caseInsensitive ? { caseSensitive: false } : {}),
      ...(rows.trailingSlash ? { ignoreTrailingSlash: true } : {}),
      ...(rows.longParameters ? { maxParamLength: longest } : {})
    },
    ...(rows.draining ? { return503OnClosing: false } : {}),
    ...(rows.clientErrors ? { clientErrorHandler: answerClientError } : {}),
    ...(rows.frameworkErrors ? { frameworkErrors: answerBadUrl } : {})
  }
}

/** The factory rows that are on but whose option the instance lacks. */
export function missingOptions (rows: Readonly<Record<RowName, boolean>>, config: FastifyServerOptions, server: Server): RowName[] {
  const router = { ...config, ...config.routerOptions }
  const lacks: Array<[RowName, boolean]> = [
    ['caseInsensitive', router.caseSensitive !== false],
    ['trailingSlash', router.ignoreTrailingSlash !== true],
    ['longParameters', (router.maxParamLength ?? 0) < longest],
    ['clientErrors', !server.listeners('clientError').some(listener => listener.name.endsWith(answerClientError.name))]
  ]
  return lacks.filter(([row, lacking]) => rows[row] && lacking).map(([row]) => row)
}

/** What Node answers to malformed HTTP when nobody listens for it. */
function answerClientError (error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.write(`HTTP/1.1 ${clientErrorStatus(error.code)}\r\nConnection: close\r\n\r\n`)
  socket.destroy(error)
}

function clientErrorStatus (code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return '413 Payload Too Large'
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request'
}

function answerBadUrl (error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const compat = installed.get(request.server.server as Server)
  const message: IncomingMessage & { originalUrl?: string } = request.raw
  const res = reply.raw
  if (compat?.rows.absoluteFragments === true && /^https?:\/\/[^#]*#/.test(message.url ?? '')) {
    message.originalUrl = message.url as string
    message.url = message.originalUrl.replace(/#.*/, '')
    request.server.routing(message, res)
    return
  }
  if (compat?.rows.poweredBy === true) res.setHeader('X-Powered-By', 'Express')
  if (compat?.reader !== undefined && compat.rows.bodyErrorFirst) {
    compat.reader.read(request, compat.rows, failure => {
      if (failure === null) answerPath(compat, error, request, res)
      else writePage(errorPage(failure, res.statusCode, compat.production), message, res)
    })
    return
  }
  answerPath(compat, error, request, res)
}

function answerPath (compat: Compat | undefined, error: Error, request: FastifyRequest, res: FastifyReply['raw']): void {
  const message = request.raw
  const path = parseUrl(message)?.pathname ?? ''
  const value = undecodable(compat?.routes ?? [], path, compat?.major === 5)
  const production = compat?.production ?? process.env.NODE_ENV === 'production'
  if (value === undefined) {
    writePage(notFoundPage(message), message, res)
    return
  }
  const failure = new URIError(`Failed to decode param '${value}'`)
  writePage(errorPage(Object.assign(failure, { status: 400, cause: error }), 400, production), message, res)
}
