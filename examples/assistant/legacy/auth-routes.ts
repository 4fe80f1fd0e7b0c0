import { Router } from 'express'
import { Credentials, ProfileChanges, Registration } from '../contract/requests.ts'
import type { Services } from '../services.ts'
import type * as Accounts from '../types/account.ts'
import { authenticate } from './authenticate.ts'
import { jsonBody } from './body.ts'
import { sendFailure } from './errors.ts'
import { noStore } from './no-store.ts'
import { limitSignIns } from './rate-limits.ts'

export function authRoutes (services: Services): Router {
  const { accounts, tokens } = services
  const router = Router()
  const signedIn = [noStore, authenticate(tokens)]
  const limit = [noStore, limitSignIns(services)]

  router.post('/register', ...limit, ...jsonBody(Registration), async (request, response) => {
    const session = await accounts.register(request.body as Accounts.Registration)
    if (!session.ok) return sendFailure(response, session.failure)
    response.status(201).location('/api/auth/profile').json(session.value)
  })

  router.post('/login', ...limit, ...jsonBody(Credentials), async (request, response) => {
    const { email, password } = request.body as { email: string, password: string }
    const session = await accounts.signIn(email, password)
    if (!session.ok) return sendFailure(response, session.failure)
    response.json(session.value)
  })

  router.get('/verify', ...signedIn, (request, response) => {
    response.json({ valid: true, ...request.identity })
  })

  router.get('/profile', ...signedIn, async (request, response) => {
    const profile = await accounts.profile(request.identity.userId)
    if (!profile.ok) return sendFailure(response, profile.failure)
    response.json(profile.value)
  })

  router.put('/profile', ...signedIn, ...jsonBody(ProfileChanges), async (request, response) => {
    const profile = await accounts.change(request.identity.userId, request.body as Accounts.ProfileChanges)
    if (!profile.ok) return sendFailure(response, profile.failure)
    response.json(profile.value)
  })

  return router
}
