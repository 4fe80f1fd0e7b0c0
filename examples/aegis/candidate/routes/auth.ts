import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { clearSession, setCsrf } from '../../cookies.ts'
import type { Services } from '../../services.ts'
import { Address, Credentials, CsrfToken, Discovery, Registration, SignedIn, UserAnswer, UserChanges } from '../auth-schemas.ts'
import { clientOf } from '../plugins/authentication.ts'
import { answers, Nothing } from '../schemas.ts'
import { answerSession, keepNowhere } from '../session-answers.ts'
import passkeyRoutes from './passkeys.ts'

const authRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.addHook('onRoute', route => {
    route.schema = { tags: ['auth'], ...route.schema }
  })
  await app.register(openRoutes, { services })
  await app.register(ownRoutes, { services })
  await app.register(passkeyRoutes, { services, prefix: '/webauthn' })
}

const openRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { auth } = services
  app.addHook('onRequest', keepNowhere)

  app.post('/register', {
    schema: { summary: 'Become a user', body: Registration, response: answers({ 201: SignedIn }) }
  }, async (request, reply) => {
    const registered = await auth.register(request.body, clientOf(request))
    if (!registered.ok) return reply.failure(registered.failure)
    return reply.code(201).header('location', '/api/auth/me').send(answerSession(services, reply, registered.value))
  })

  app.post('/login', {
    schema: { summary: 'Sign in', body: Credentials, response: answers({ 200: SignedIn }) }
  }, async (request, reply) => {
    const entered = await auth.login(request.body, clientOf(request))
    return entered.ok ? answerSession(services, reply, entered.value) : reply.failure(entered.failure)
  })

  app.get('/discovery/:email', {
    schema: { summary: 'What a client needs before it can sign in; of unknown addresses too', params: Address, response: answers({ 200: Discovery }) }
  }, async request => await auth.discover(request.params.email))
}

const ownRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { auth, csrf, web } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRequest', keepNowhere)
  app.addHook('onRoute', route => {
    route.schema = { security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.post('/logout', {
    schema: { summary: 'Sign out', response: answers({ 204: Nothing }) }
  }, async (request, reply) => {
    await auth.logout(request.caller, request.presented.session)
    clearSession(reply.clearCookie.bind(reply), web)
    return reply.code(204).send(undefined)
  })

  app.get('/me', {
    schema: { summary: 'Yourself', response: answers({ 200: UserAnswer }) }
  }, async (request, reply) => {
    const found = await auth.me(request.caller)
    return found.ok ? { user: found.value } : reply.failure(found.failure)
  })

  app.put('/me', {
    schema: { summary: 'Change the given fields; a new password comes with all that depends on it', body: UserChanges, response: answers({ 200: UserAnswer }) }
  }, async (request, reply) => {
    const changed = await auth.change(request.caller, request.presented.session, request.body)
    return changed.ok ? { user: changed.value } : reply.failure(changed.failure)
  })

  app.get('/csrf-token', {
    schema: { summary: 'A CSRF token for this session, in the answer and as a cookie', response: answers({ 200: CsrfToken }) }
  }, async (request, reply) => {
    const csrfToken = csrf.issue(request.presented.session.id)
    setCsrf(reply.cookie.bind(reply), web, csrfToken)
    return { csrfToken }
  })
}

export default authRoutes
