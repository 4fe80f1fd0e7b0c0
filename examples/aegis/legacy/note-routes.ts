import { Router } from 'express'
import { validatorsOf } from '../domain/contents.ts'
import { contentView, viewOf, type NoteChanges, type NoteDraft } from '../domain/notes.ts'
import type { Seen } from '../domain/owned-records.ts'
import { drain } from '../refused-body.ts'
import type { Services } from '../services.ts'
import { pageOf } from '../types/page.ts'
import { mapped } from '../types/result.ts'
import { jsonBody } from './body.ts'
import { bytesBody, sendContent, uploadOf } from './content-exchange.ts'
import { sendFailure } from './errors.ts'
import { newNote, noteChanges, notePage } from './note-schemas.ts'
import { requireUser } from './require-user.ts'
import { sendCreated, sendRemoved, sendResult } from './results.ts'
import { unlimitedTime } from './timeouts.ts'
import { validate } from './validate.ts'

export function noteRoutes (services: Services): Router {
  const { notes, contents } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, validate('query', notePage), async (request, response) => {
    const { folderId, ...page } = request.query as { limit?: string, before?: string, folderId?: string }
    const found = await notes.list(request.caller, { ...pageOf(page), ...folderId !== undefined && { folderId } })
    response.json({ notes: found.map(viewOf) })
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newNote), async (request, response) => {
    sendCreated(response, '/api/notes', mapped(await notes.add(request.caller, request.body as NoteDraft), viewOf))
  })

  router.get('/:id', signedIn, async (request, response) => {
    sendResult(response, mapped(await notes.get(request.caller, request.params.id as string), viewOf))
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', noteChanges), async (request, response) => {
    sendResult(response, mapped(await notes.change(request.caller, request.params.id as string, request.body as NoteChanges & Seen), viewOf))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await notes.remove(request.caller, request.params.id as string))
  })

  router.get('/:id/content', signedIn, unlimitedTime(), async (request, response) => {
    const find = async () => mapped(await contents.get(request.caller.userId, request.params.id as string), content => ({ content, keys: content }))
    await sendContent(request, response, contents, find)
  })

  router.put('/:id/content', signedIn, unlimitedTime(), ...bytesBody, async (request, response) => {
    const stored = await contents.put(request.caller, request.params.id as string, uploadOf(request))
    if (!stored.ok) {
      await drain(request)
      return sendFailure(response, stored.failure)
    }
    if (stored.value === undefined) return
    const { content, created } = stored.value
    response.status(created ? 201 : 200).set('ETag', validatorsOf(content).etag).json(contentView(content))
  })

  router.delete('/:id/content', signedIn, async (request, response) => {
    sendRemoved(response, await contents.remove(request.caller, request.params.id as string, request.headers))
  })

  return router
}
