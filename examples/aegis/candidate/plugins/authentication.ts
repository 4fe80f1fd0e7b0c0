import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { csrfCookie, sessionCookie } from '../../cookies.ts'
import type { Client } from '../../domain/auth.ts'
import type { Caller } from '../../domain/ports.ts'
import type { Presented } from '../../domain/sessions.ts'
import type { Services } from '../../services.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * An onRequest hook that lets requests with a valid session through: a Bearer token, or the cookie, which needs the CSRF token
     * too where something is changed. What is answered may be kept by that user's browser only, and is asked for again each time.
     */
    requireUser: onRequestHookHandler
  }
  interface FastifyRequest {
    /** Who asks; set behind `requireUser`. */
    caller: Caller
    /** The session that the caller showed; set behind `requireUser`. */
    presented: Presented
  }
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

export default fp<{ services: Pick<Services, 'sessions' | 'csrf'> }>(async (app, { services: { sessions, csrf } }) => {
  app.decorateRequest('caller')
  app.decorateRequest('presented')
  app.decorate('requireUser', (request, reply, done) => {
    reply.header('cache-control', 'private, no-cache')
    const { authorization, cookie } = request.headers
    const cookies: Readonly<Record<string, unknown>> = cookie === undefined ? {} : request.cookies
    const presented = sessions.authenticate({ authorization, cookie: cookies[sessionCookie] })
    if (!presented.ok) {
      reply.failure(presented.failure)
      return
    }
    const { session, by } = presented.value
    if (by === 'cookie' && !safe.has(request.method)) {
      const checked = csrf.check(session.id, { cookie: cookies[csrfCookie], header: request.headers['x-xsrf-token'] })
      if (!checked.ok) {
        reply.failure(checked.failure)
        return
      }
    }
    request.presented = presented.value
    request.caller = { userId: session.userId, ...clientOf(request) }
    done()
  })
}, { name: 'authentication', dependencies: ['errors', 'fastify-express-compat'] })

/** Where a request came from, also when nobody is signed in. */
export function clientOf (request: FastifyRequest): Client {
  return { requestId: request.id, address: request.ip }
}
