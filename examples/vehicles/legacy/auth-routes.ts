import { Router } from 'express'
import type { Services } from '../services.ts'
import { jsonBody } from './body.ts'
import { sendFailure } from './errors.ts'
import { credentials } from './schemas.ts'
import { validate } from './validate.ts'

export function authRoutes ({ accounts }: Services): Router {
  const router = Router()
  router.post('/login', ...jsonBody, validate('body', credentials), async (request, response) => {
    const { email, password } = request.body as { email: string, password: string }
    const session = await accounts.signIn(email, password)
    response.set('Cache-Control', 'no-store')
    if (!session.ok) return sendFailure(response, session.failure)
    response.json(session.value)
  })
  return router
}
