import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'

const wellFormed = /^[\w.:+/=-]{1,128}$/

/** The client's own x-request-id when it is well formed, else a new one. */
export function requestId (request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID()
}

/**
 * Lets a path with a broken percent-encoding reach its route (where Express finds it), the broken sign taken literally;
 * Fastify refuses it before any hook runs.
 */
export function keepMalformedUrl (request: { url?: string | undefined }): string {
  const url = request.url ?? '/'
  if (!url.includes('%')) return url
  try {
    decodeURI(url)
    return url
  } catch {
    return url.replaceAll('%', '%25')
  }
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
