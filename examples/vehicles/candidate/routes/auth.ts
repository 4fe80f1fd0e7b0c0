import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { answers, Credentials, Session } from '../schemas.ts'

const authRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { accounts } }) => {
  app.post('/login', {
    schema: { tags: ['auth'], summary: 'Sign in', body: Credentials, response: answers({ 200: Session }) }
  }, async (request, reply) => {
    const session = await accounts.signIn(request.body.email, request.body.password)
    reply.header('cache-control', 'no-store')
    return session.ok ? session.value : reply.failure(session.failure)
  })
}

export default authRoutes
