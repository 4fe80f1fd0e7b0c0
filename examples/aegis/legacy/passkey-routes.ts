import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { Router } from 'express'
import type { Services } from '../services.ts'
import { assertion, attestation, nothing } from './auth-schemas.ts'
import { jsonBody } from './body.ts'
import { sendFailure } from './errors.ts'
import { clientOf, requireUser } from './require-user.ts'
import { keepNowhere, sendSession } from './session-answers.ts'
import { validate } from './validate.ts'

export function passkeyRoutes (services: Services): Router {
  const { passkeys } = services
  const router = Router()
  const signedIn = [requireUser(services), keepNowhere()]

  router.post('/register-options', ...signedIn, ...jsonBody, validate('body', nothing), async (request, response) => {
    const options = await passkeys.registerOptions(request.caller)
    if (!options.ok) return sendFailure(response, options.failure)
    response.json(options.value)
  })

  router.post('/register-verify', ...signedIn, ...jsonBody, validate('body', attestation), async (request, response) => {
    const { credential } = request.body as { credential: RegistrationResponseJSON }
    const registered = await passkeys.register(request.caller, credential)
    if (!registered.ok) return sendFailure(response, registered.failure)
    response.status(201).location(`/api/auth/webauthn/passkey/${registered.value.id}`).json({ passkey: registered.value })
  })

  router.post('/login-options', keepNowhere(), ...jsonBody, validate('body', nothing), async (_request, response) => {
    response.json(await passkeys.loginOptions())
  })

  router.post('/login-verify', keepNowhere(), ...jsonBody, validate('body', assertion), async (request, response) => {
    const { credential, rememberMe = false } = request.body as { credential: AuthenticationResponseJSON, rememberMe?: boolean }
    const entered = await passkeys.login(credential, rememberMe, clientOf(request))
    if (!entered.ok) return sendFailure(response, entered.failure)
    sendSession(services, response, entered.value)
  })

  router.get('/passkey', ...signedIn, async (request, response) => {
    response.json({ passkeys: await passkeys.list(request.caller) })
  })

  router.delete('/passkey/:id', ...signedIn, async (request, response) => {
    const removed = await passkeys.remove(request.caller, request.params.id as string)
    if (!removed.ok) return sendFailure(response, removed.failure)
    response.status(204).end()
  })

  return router
}
