import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'

declare module 'express-serve-static-core' {
  interface Request {
    /** The client's own x-request-id when it is well formed, else a new one. */
    id: string
  }
}

const wellFormed = /^[\w.:+/=-]{1,128}$/

/** Gives each request an id, which its answer and its line in the log carry. */
export function identifyRequests (): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id']
    request.id = typeof given === 'string' && wellFormed.test(given) ? given : randomUUID()
    response.setHeader('X-Request-Id', request.id)
    next()
  }
}

/** One line in the log for each answer, whole or broken off: id, method, URL, status, duration in milliseconds. */
export function logRequests (log: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now()
    response.on('close', () => {
      log.info({
        requestId: request.id,
        method: request.method,
        url: request.originalUrl,
        status: response.statusCode,
        duration: Math.round((performance.now() - began) * 1000) / 1000
      }, 'request')
    })
    next()
  }
}
