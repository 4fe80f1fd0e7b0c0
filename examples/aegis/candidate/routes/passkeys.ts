import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Services } from '../../services.ts'
import { Assertion, Attestation, CredentialOptions, NoInput, PasskeyAnswer, PasskeyId, PasskeyList, SignedIn } from '../auth-schemas.ts'
import { clientOf } from '../plugins/authentication.ts'
import { answers, Nothing } from '../schemas.ts'
import { answerSession, keepNowhere } from '../session-answers.ts'

const passkeyRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  await app.register(openRoutes, { services })
  await app.register(ownRoutes, { services })
}

const openRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { passkeys } = services
  app.addHook('onRequest', keepNowhere)

  app.post('/login-options', {
    schema: { summary: 'What a page needs to ask for a passkey', body: NoInput, response: answers({ 200: CredentialOptions }) }
  }, async () => await passkeys.loginOptions())

  app.post('/login-verify', {
    schema: { summary: 'Sign in with a passkey', body: Assertion, response: answers({ 200: SignedIn }) }
  }, async (request, reply) => {
    const { credential, rememberMe = false } = request.body
    const entered = await passkeys.login(credential as unknown as AuthenticationResponseJSON, rememberMe, clientOf(request))
    return entered.ok ? answerSession(services, reply, entered.value) : reply.failure(entered.failure)
  })
}

const ownRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { passkeys } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRequest', keepNowhere)
  app.addHook('onRoute', route => {
    route.schema = { security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.post('/register-options', {
    schema: { summary: 'What a page needs to make a passkey', body: NoInput, response: answers({ 200: CredentialOptions }) }
  }, async (request, reply) => {
    const options = await passkeys.registerOptions(request.caller)
    return options.ok ? options.value : reply.failure(options.failure)
  })

  app.post('/register-verify', {
    schema: { summary: 'Register a passkey', body: Attestation, response: answers({ 201: PasskeyAnswer }) }
  }, async (request, reply) => {
    const registered = await passkeys.register(request.caller, request.body.credential as unknown as RegistrationResponseJSON)
    if (!registered.ok) return reply.failure(registered.failure)
    return reply.code(201).header('location', `/api/auth/webauthn/passkey/${registered.value.id}`).send({ passkey: registered.value })
  })

  app.get('/passkey', {
    schema: { summary: 'Your passkeys, newest first', response: answers({ 200: PasskeyList }) }
  }, async request => ({ passkeys: await passkeys.list(request.caller) }))

  app.delete('/passkey/:id', {
    schema: { summary: 'Forget a passkey', params: PasskeyId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => {
    const removed = await passkeys.remove(request.caller, request.params.id)
    return removed.ok ? reply.code(204).send(undefined) : reply.failure(removed.failure)
  })
}

export default passkeyRoutes
