import type { Request, RequestHandler } from 'express'
import { csrfCookie, sessionCookie } from '../cookies.ts'
import type { Client } from '../domain/auth.ts'
import type { Caller } from '../domain/ports.ts'
import type { Presented } from '../domain/sessions.ts'
import type { Services } from '../services.ts'
import { sendFailure } from './errors.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** Who asks; set behind `requireUser`. */
    caller: Caller
    /** The session that the caller showed; set behind `requireUser`. */
    presented: Presented
  }
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Lets requests with a valid session through: a Bearer token, or the cookie, which needs the CSRF token too where something is changed.
 * What is answered may be kept by that user's browser only, and is asked for again each time (with the ETag).
 */
export function requireUser ({ sessions, csrf }: Pick<Services, 'sessions' | 'csrf'>): RequestHandler {
  return (request, response, next) => {
    response.set('Cache-Control', 'private, no-cache')
    const cookies = request.cookies as Readonly<Record<string, unknown>>
    const presented = sessions.authenticate({ authorization: request.headers.authorization, cookie: cookies[sessionCookie] })
    if (!presented.ok) return sendFailure(response, presented.failure)
    const { session, by } = presented.value
    if (by === 'cookie' && !safe.has(request.method)) {
      const checked = csrf.check(session.id, { cookie: cookies[csrfCookie], header: request.headers['x-xsrf-token'] })
      if (!checked.ok) return sendFailure(response, checked.failure)
    }
    request.presented = presented.value
    request.caller = { userId: session.userId, ...clientOf(request) }
    next()
  }
}

/** Where a request came from, also when nobody is signed in. */
export function clientOf (request: Request): Client {
  return { requestId: request.id, address: request.ip ?? '' }
}
