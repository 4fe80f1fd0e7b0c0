import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import type { Tokens } from '../../domain/tokens.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** An onRequest hook that lets requests with a valid token through. */
    authenticate: onRequestHookHandler
  }
  interface FastifyRequest {
    /** Who sent the request; set behind `authenticate`. */
    userId: string
  }
}

export default fp<{ tokens: Tokens }>(async (app, { tokens }) => {
  app.decorateRequest('userId', '')
  app.decorate('authenticate', (request, reply, done) => {
    const user = tokens.authenticate(request.headers.authorization)
    if (user.ok) {
      request.userId = user.value
      done()
    } else {
      reply.failure(user.failure)
    }
  })
}, { name: 'authentication', dependencies: ['errors'] })
