import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'

const wellFormed = /^[\w.:+/=-]{1,128}$/

/** The client's own x-request-id when it is well formed, else a new one. Behind the router it is the router's. */
export function requestId (request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID()
}

/**
 * Lets paths reach the route where Express finds them: no route has a parameter, so a path with a percent-encoding, broken
 * or not, is nobody's; and two slashes may end the path of a router's root.
 */
export function keepSpelling (request: { url?: string | undefined }): string {
  const url = request.url ?? '/'
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  if (path.includes('%')) return path.replaceAll('%', '%25') + url.slice(path.length)
  return url.replace(/^(\/health)\/\/(?=\?|$)/i, '$1')
}

/** Each answer carries its request's id, and gets one line in the log: id, method, URL, status, duration in milliseconds. */
export default fp(async app => {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      method: request.method,
      url: request.originalUrl,
      status: reply.statusCode,
      duration: Math.round(reply.elapsedTime * 1000) / 1000
    }, 'request')
    done()
  })
}, { name: 'requests' })
