import { Router } from 'express'
import { clearSession, setCsrf } from '../cookies.ts'
import type { Services } from '../services.ts'
import type { Registration, UserChanges } from '../types/user.ts'
import { address, credentials, registration, userChanges } from './auth-schemas.ts'
import { jsonBody } from './body.ts'
import { sendFailure } from './errors.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { clientOf, requireUser } from './require-user.ts'
import { keepNowhere, sendSession } from './session-answers.ts'
import { validate } from './validate.ts'

export function authRoutes (services: Services): Router {
  const { auth, csrf, web } = services
  const router = Router()
  const signedIn = [requireUser(services), keepNowhere()]

  router.post('/register', keepNowhere(), ...jsonBody, validate('body', registration), async (request, response) => {
    const registered = await auth.register(request.body as Registration, clientOf(request))
    if (!registered.ok) return sendFailure(response, registered.failure)
    response.status(201).location('/api/auth/me')
    sendSession(services, response, registered.value)
  })

  router.post('/login', keepNowhere(), ...jsonBody, validate('body', credentials), async (request, response) => {
    const entered = await auth.login(request.body as { email: string, authHash: string, rememberMe?: boolean }, clientOf(request))
    if (!entered.ok) return sendFailure(response, entered.failure)
    sendSession(services, response, entered.value)
  })

  router.post('/logout', ...signedIn, async (request, response) => {
    await auth.logout(request.caller, request.presented.session)
    clearSession(response.clearCookie.bind(response), web)
    response.status(204).end()
  })

  router.get('/me', ...signedIn, async (request, response) => {
    const found = await auth.me(request.caller)
    if (!found.ok) return sendFailure(response, found.failure)
    response.json({ user: found.value })
  })

  router.put('/me', ...signedIn, ...jsonBody, validate('body', userChanges), async (request, response) => {
    const changed = await auth.change(request.caller, request.presented.session, request.body as UserChanges)
    if (!changed.ok) return sendFailure(response, changed.failure)
    response.json({ user: changed.value })
  })

  router.get('/csrf-token', ...signedIn, (request, response) => {
    const csrfToken = csrf.issue(request.presented.session.id)
    setCsrf(response.cookie.bind(response), web, csrfToken)
    response.json({ csrfToken })
  })

  router.get('/discovery/:email', keepNowhere(), validate('params', address), async (request, response) => {
    response.json(await auth.discover(request.params.email as string))
  })

  router.use('/webauthn', passkeyRoutes(services))
  return router
}
