import type { FastifyServerOptions } from 'fastify'
import type { ServerOptions } from 'node:http'
import { answerInvalidRequest } from './connections.ts'
import { QueryParameters } from './query.ts'
import type { Destination } from './route-table.ts'
import { destinationOf, splitTarget, tableOf, type RoutedMessage } from './routed-message.ts'

/** No route has so many segments: Fastify's router finds nothing. */
const NOWHERE = '/~'.repeat(40)
const INVALID: Destination = { kind: 'invalid' }
const ASCII = /^[\x21-\x7e]*$/
/** Milliseconds that uvicorn keeps an idle connection. */
const KEEP_ALIVE = 5000

/** What FastAPI compatibility needs of Fastify's constructor; spread your own options after it. */
export function fastapiOptions (): FastifyServerOptions & { http: ServerOptions } {
  return {
    exposeHeadRoutes: false,
    return503OnClosing: false,
    keepAliveTimeout: KEEP_ALIVE,
    bodyLimit: 16 * 1024 * 1024,
    http: { requireHostHeader: false, maxHeaderSize: 80 * 1024 },
    routerOptions: { maxParamLength: 1_000_000, querystringParser: query => new QueryParameters(query) as never },
    clientErrorHandler: answerInvalidRequest,
    rewriteUrl (raw) {
      const message = raw as RoutedMessage
      const table = tableOf(this.server)
      if (!table) return message.url ?? '/'
      const target = splitTarget(message.url ?? '/')
      const destination = target && ASCII.test(target.path) ? table.find(message.method ?? 'GET', target.path) : INVALID
      message[destinationOf] = destination
      const url = destination.kind === 'route' ? destination.url : NOWHERE
      return target === undefined || target.query === '' ? url : `${url}?${target.query}`
    }
  }
}
