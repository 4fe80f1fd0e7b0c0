import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import type { Tokens } from '../../domain/tokens.ts'
import type { Identity } from '../../types/account.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** An onRequest hook that lets requests with a valid token through. */
    authenticate: onRequestHookHandler
  }
  interface FastifyRequest {
    /** Who sent the request; set behind `authenticate`. */
    identity: Identity
  }
}

export default fp<{ tokens: Tokens }>(async (app, { tokens }) => {
  app.decorateRequest('identity', null as unknown as Identity)
  app.decorate('authenticate', (request, reply, done) => {
    const identity = tokens.authenticate(request.headers.authorization)
    if (identity.ok) {
      request.identity = identity.value
      done()
    } else {
      reply.failure(identity.failure)
    }
  })
}, { name: 'authentication', dependencies: ['errors'] })
