import type { FastifyServerOptions } from 'fastify'
import type { ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import { httpDate } from './http-date.ts'
import { QueryParameters } from './query.ts'
import { destinationOf, splitTarget, tableOf, type RoutedMessage } from './routed-message.ts'

/** No route has so many segments: Fastify's router finds nothing. */
const NOWHERE = '/~'.repeat(40)
/** Milliseconds that uvicorn keeps an idle connection. */
const KEEP_ALIVE = 5000

/** What FastAPI compatibility needs of Fastify's constructor; spread your own options after it. */
export function fastapiOptions (): FastifyServerOptions & { http: ServerOptions } {
  return {
    exposeHeadRoutes: false,
    return503OnClosing: false,
    keepAliveTimeout: KEEP_ALIVE,
    bodyLimit: 16 * 1024 * 1024,
    http: { requireHostHeader: false, maxHeaderSize: 64 * 1024 },
    routerOptions: { maxParamLength: 1_000_000, querystringParser: query => new QueryParameters(query) as never },
    clientErrorHandler: answerInvalidRequest,
    rewriteUrl (raw) {
      const message = raw as RoutedMessage
      const target = splitTarget(message.url ?? '/')
      const destination = target && tableOf(this.server)?.find(message.method ?? 'GET', target.path)
      if (!target || !destination) return message.url ?? '/'
      message[destinationOf] = destination
      const url = destination.kind === 'route' ? destination.url : NOWHERE
      return target.query === '' ? url : `${url}?${target.query}`
    }
  }
}

/** What uvicorn sends when httptools cannot parse a request. */
export function answerInvalidRequest (error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || !socket.writable) {
    socket.destroy()
    return
  }
  refuseConnection(socket, 'Invalid HTTP request received.')
}

/** A 400 of uvicorn itself, after which it closes the connection. */
export function refuseConnection (socket: Socket, text: string): void {
  socket.end(`HTTP/1.1 400 Bad Request\r\ndate: ${httpDate()}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`)
}
