import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Credentials, ProfileChanges, Registration } from '../../contract/requests.ts'
import type { Services } from '../../services.ts'
import { answers, Profile, Session, Verified } from '../schemas.ts'

const authRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { accounts } }) => {
  const security = [{ bearer: [] }]
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('cache-control', 'no-store')
    done()
  })

  app.post('/register', {
    onRequest: app.limitSignIns,
    schema: { tags: ['auth'], summary: 'Make an account, and sign in', body: Registration, response: answers({ 201: Session }) }
  }, async (request, reply) => {
    const session = await accounts.register(request.body)
    if (!session.ok) return reply.failure(session.failure)
    return reply.code(201).header('location', '/api/auth/profile').send(session.value)
  })

  app.post('/login', {
    onRequest: app.limitSignIns,
    schema: { tags: ['auth'], summary: 'Sign in', body: Credentials, response: answers({ 200: Session }) }
  }, async (request, reply) => {
    const session = await accounts.signIn(request.body.email, request.body.password)
    return session.ok ? session.value : reply.failure(session.failure)
  })

  app.get('/verify', {
    onRequest: app.authenticate,
    schema: { tags: ['auth'], summary: 'Whose a token is', security, response: answers({ 200: Verified }) }
  }, (request, reply) => {
    reply.send({ valid: true, ...request.identity })
  })

  app.get('/profile', {
    onRequest: app.authenticate,
    schema: { tags: ['auth'], summary: 'Your account', security, response: answers({ 200: Profile }) }
  }, async (request, reply) => {
    const profile = await accounts.profile(request.identity.userId)
    return profile.ok ? profile.value : reply.failure(profile.failure)
  })

  app.put('/profile', {
    onRequest: app.authenticate,
    schema: { tags: ['auth'], summary: 'Change the given fields', security, body: ProfileChanges, response: answers({ 200: Profile }) }
  }, async (request, reply) => {
    const profile = await accounts.change(request.identity.userId, request.body)
    return profile.ok ? profile.value : reply.failure(profile.failure)
  })
}

export default authRoutes
