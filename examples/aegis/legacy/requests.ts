import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { loggedUrl } from '../logged-url.ts'
import { HttpError } from './errors.ts'

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

/** One line in the log for each answer: id, method, URL, status, duration in milliseconds. */
export function logRequests (log: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now()
    response.on('finish', () => {
      log.info({
        requestId: request.id,
        method: request.method,
        url: loggedUrl(request.originalUrl),
        status: response.statusCode,
        duration: Math.round((performance.now() - began) * 1000) / 1000
      }, 'request')
    })
    next()
  }
}

/** A broken percent-encoding has no route. */
export function refuseMalformedPaths (): RequestHandler {
  return (request, _response, next) => {
    if (!request.path.includes('%')) return next()
    try {
      decodeURIComponent(request.path)
      next()
    } catch {
      next(new HttpError(400, 'REQUEST_MALFORMED', 'The path has a broken percent-encoding'))
    }
  }
}
