import { Router } from 'express'
import type { ShareChanges, ShareDraft } from '../domain/shares.ts'
import type { Services } from '../services.ts'
import { pageOf } from '../types/page.ts'
import { jsonBody } from './body.ts'
import { sendContent } from './content-exchange.ts'
import { newShare, shareChanges } from './note-schemas.ts'
import { requireUser } from './require-user.ts'
import { sendCreated, sendRemoved, sendResult } from './results.ts'
import { page } from './schemas.ts'
import { unlimitedTime } from './timeouts.ts'
import { validate } from './validate.ts'

export function shareRoutes (services: Services): Router {
  const { shares, contents } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, validate('query', page), async (request, response) => {
    response.json({ shares: await shares.list(request.caller, pageOf(request.query)) })
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newShare), async (request, response) => {
    sendCreated(response, '/api/share', await shares.add(request.caller, request.body as ShareDraft))
  })

  router.get('/received', signedIn, validate('query', page), async (request, response) => {
    response.json({ shares: await shares.received(request.caller, pageOf(request.query)) })
  })

  router.get('/received/:id', signedIn, async (request, response) => {
    sendResult(response, await shares.read(request.caller, request.params.id as string))
  })

  router.get('/received/:id/content', signedIn, unlimitedTime(), async (request, response) => {
    await sendContent(request, response, contents, () => shares.content(request.caller, request.params.id as string))
  })

  router.get('/:id', signedIn, async (request, response) => {
    sendResult(response, await shares.get(request.caller, request.params.id as string))
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', shareChanges), async (request, response) => {
    sendResult(response, await shares.change(request.caller, request.params.id as string, request.body as ShareChanges))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await shares.revoke(request.caller, request.params.id as string))
  })

  return router
}
