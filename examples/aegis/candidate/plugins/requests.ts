import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'
import { loggedUrl } from '../../logged-url.ts'

const wellFormed = /^[\w.:+/=-]{1,128}$/

/** The client's own x-request-id when it is well formed, else a new one. */
export function requestId (request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID()
}

/** Fastify refuses a broken percent-encoding before any hook runs; written out, it comes as far as the hook below. */
export function keepMalformed (request: { url?: string | undefined }): string {
  const url = request.url ?? '/'
  if (!url.includes('%')) return url
  const path = url.split('?', 1)[0]!
  return isMalformed(path) ? path.replaceAll('%', '%25') + url.slice(path.length) : url
}

function isMalformed (path: string): boolean {
  try {
    decodeURIComponent(path)
    return false
  } catch {
    return true
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
      url: loggedUrl(request.originalUrl),
      status: reply.statusCode,
      duration: Math.round(reply.elapsedTime * 1000) / 1000
    }, 'request')
    done()
  })
}, { name: 'requests' })
