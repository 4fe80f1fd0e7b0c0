import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'

const wellFormed = /^[A-Za-z0-9._-]{1,128}$/

/** The client's own x-request-id when it sends one that is well formed, else a new one. */
export function requestId ({ headers }: { headers: IncomingMessage['headers'] }): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID()
}

/** Each answer carries its request's id, and gets one line in the log: id, method, path, status, duration in milliseconds. */
export default fp(async app => {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const url = request.originalUrl
    const query = url.indexOf('?')
    request.log.info({
      method: request.method,
      path: query < 0 ? url : url.slice(0, query),
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 1000) / 1000
    }, 'request')
    done()
  })
}, { name: 'requests', dependencies: ['fastapi-compat'] })
