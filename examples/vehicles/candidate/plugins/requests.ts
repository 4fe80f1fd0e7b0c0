import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'

const wellFormed = /^[\w.:+/=-]{1,128}$/

/** The client's own x-request-id when it is well formed, else a new one. */
export function requestId (request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID()
}

/** Words of the routes: Express, which decodes only parameters, knows them by their plain spelling alone. */
const words = new Set(['api', 'auth', 'login', 'vehicles', 'decode', 'health', 'docs'])

/**
 * Lets paths reach the route where Express finds them. A broken percent-encoding is taken literally, where Fastify
 * refuses it before any hook runs; so is a word of a route that is percent-encoded. Two slashes may end the path of a
 * router's root. Fastify finds the hooks of an unknown route by its prefix, case and all.
 */
export function keepSpelling (request: { url?: string | undefined }): string {
  const url = (request.url ?? '/').replace(/^\/api\/vehicles(?=[/?]|$)/i, '/api/vehicles')
  if (!url.includes('%')) return url.replace(/^(\/health|\/api\/vehicles)\/\/(?=\?|$)/i, '$1')
  try {
    decodeURI(url)
  } catch {
    return url.replaceAll('%', '%25')
  }
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  return path.split('/').map(keepWord).join('/') + url.slice(path.length)
}

function keepWord (segment: string): string {
  return segment.includes('%') && words.has(decodeURIComponent(segment).toLowerCase()) ? segment.replaceAll('%', '%25') : segment
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
