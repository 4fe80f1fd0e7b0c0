import { Router, type RequestHandler } from 'express'
import type { PublicLinkChanges, PublicLinkDraft } from '../domain/public-links.ts'
import type { Services } from '../services.ts'
import { pageOf } from '../types/page.ts'
import { jsonBody } from './body.ts'
import { sendContent } from './content-exchange.ts'
import { sendFailure } from './errors.ts'
import { linkChanges, newLink } from './note-schemas.ts'
import { requireUser } from './require-user.ts'
import { sendRemoved, sendResult } from './results.ts'
import { page } from './schemas.ts'
import { unlimitedTime } from './timeouts.ts'
import { validate } from './validate.ts'

export function publicRoutes (services: Services): Router {
  const { publicLinks, contents } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, validate('query', page), async (request, response) => {
    response.json({ links: await publicLinks.list(request.caller, pageOf(request.query)) })
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newLink), async (request, response) => {
    const added = await publicLinks.add(request.caller, request.body as PublicLinkDraft)
    if (!added.ok) return sendFailure(response, added.failure)
    response.status(201).location(`/api/public/${added.value.token}`).json(added.value)
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', linkChanges), async (request, response) => {
    sendResult(response, await publicLinks.change(request.caller, request.params.id as string, request.body as PublicLinkChanges))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await publicLinks.revoke(request.caller, request.params.id as string))
  })

  router.get('/:token', askAgain(), async (request, response) => {
    sendResult(response, await publicLinks.read(request.params.token as string))
  })

  router.get('/:token/content', askAgain(), unlimitedTime(), async (request, response) => {
    await sendContent(request, response, contents, () => publicLinks.content(request.params.token as string))
  })

  return router
}

/** A link may be revoked at any time: nobody may answer from what was kept without asking. */
function askAgain (): RequestHandler {
  return (_request, response, next) => {
    response.set('Cache-Control', 'private, no-cache')
    next()
  }
}
