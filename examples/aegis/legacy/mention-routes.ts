import { Router } from 'express'
import type { MentionDraft } from '../domain/mentions.ts'
import type { Services } from '../services.ts'
import { pageOf, type PageTexts } from '../types/page.ts'
import { jsonBody } from './body.ts'
import { sendFailure } from './errors.ts'
import { requireUser } from './require-user.ts'
import { sendRemoved, sendResult } from './results.ts'
import { mentionChanges, mentionPage, newMentions } from './social-schemas.ts'
import { validate } from './validate.ts'

export function mentionRoutes (services: Services): Router {
  const { mentions } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, validate('query', mentionPage), async (request, response) => {
    const { unread } = request.query
    response.json({ mentions: await mentions.list(request.caller.userId, { ...pageOf(request.query as PageTexts), ...unread !== undefined && { unread: unread === 'true' } }) })
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newMentions), async (request, response) => {
    const added = await mentions.add(request.caller, request.body as MentionDraft)
    if (!added.ok) return sendFailure(response, added.failure)
    response.status(201).json({ mentions: added.value })
  })

  router.get('/:id', signedIn, async (request, response) => {
    sendResult(response, await mentions.get(request.caller.userId, request.params.id as string))
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', mentionChanges), async (request, response) => {
    sendResult(response, await mentions.change(request.caller, request.params.id as string, request.body as { read: boolean }))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await mentions.remove(request.caller, request.params.id as string))
  })

  return router
}
