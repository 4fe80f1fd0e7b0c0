import { Router } from 'express'
import type { RequestQuery } from '../domain/social-ports.ts'
import type { Addressee } from '../domain/social-relation.ts'
import type { Services } from '../services.ts'
import { pageOf, type PageTexts } from '../types/page.ts'
import { jsonBody } from './body.ts'
import { sendFailure } from './errors.ts'
import { requireUser } from './require-user.ts'
import { sendRemoved, sendResult } from './results.ts'
import { page } from './schemas.ts'
import { addressee, newBlock, requestAnswer, requestPage } from './social-schemas.ts'
import { validate } from './validate.ts'

export function socialRoutes (services: Services): Router {
  const { social } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.post('/requests', signedIn, ...jsonBody, validate('body', addressee), async (request, response) => {
    const asked = await social.request(request.caller, request.body as Addressee)
    if (!asked.ok) return sendFailure(response, asked.failure)
    response.status(202).location(`/api/social/requests/${asked.value.id}`).json(asked.value)
  })

  router.get('/requests', signedIn, validate('query', requestPage), async (request, response) => {
    const { direction } = request.query as Pick<RequestQuery, 'direction'>
    response.json({ requests: await social.listRequests(request.caller.userId, { ...pageOf(request.query as PageTexts), ...direction !== undefined && { direction } }) })
  })

  router.get('/requests/:id', signedIn, async (request, response) => {
    sendResult(response, await social.getRequest(request.caller.userId, request.params.id as string))
  })

  router.put('/requests/:id', signedIn, ...jsonBody, validate('body', requestAnswer), async (request, response) => {
    sendResult(response, await social.answer(request.caller, request.params.id as string, (request.body as { status: 'accepted' | 'declined' }).status))
  })

  router.delete('/requests/:id', signedIn, async (request, response) => {
    sendRemoved(response, await social.withdraw(request.caller, request.params.id as string))
  })

  router.get('/connections', signedIn, validate('query', page), async (request, response) => {
    response.json({ connections: await social.listConnections(request.caller.userId, pageOf(request.query as PageTexts)) })
  })

  router.delete('/connections/:userId', signedIn, async (request, response) => {
    sendRemoved(response, await social.disconnect(request.caller, request.params.userId as string))
  })

  router.post('/blocks', signedIn, ...jsonBody, validate('body', newBlock), async (request, response) => {
    const { userId } = request.body as { userId: string }
    const blocked = await social.block(request.caller, userId)
    if (!blocked.ok) return sendFailure(response, blocked.failure)
    response.status(blocked.value.created ? 201 : 200).location(`/api/social/blocks/${userId}`).json(blocked.value.block)
  })

  router.get('/blocks', signedIn, validate('query', page), async (request, response) => {
    response.json({ blocks: await social.listBlocks(request.caller.userId, pageOf(request.query as PageTexts)) })
  })

  router.get('/blocks/:userId', signedIn, async (request, response) => {
    sendResult(response, await social.getBlock(request.caller.userId, request.params.userId as string))
  })

  router.delete('/blocks/:userId', signedIn, async (request, response) => {
    sendRemoved(response, await social.unblock(request.caller, request.params.userId as string))
  })

  return router
}
