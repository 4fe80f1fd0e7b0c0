import { Router } from 'express'
import type { CalendarChanges, CalendarDraft, Range } from '../domain/calendar.ts'
import type { Seen } from '../domain/owned-records.ts'
import type { Services } from '../services.ts'
import { success } from '../types/result.ts'
import { jsonBody } from './body.ts'
import { eventChanges, newEvent, range } from './record-schemas.ts'
import { requireUser } from './require-user.ts'
import { sendCreated, sendRemoved, sendResult } from './results.ts'
import { validate } from './validate.ts'

export function calendarRoutes (services: Services): Router {
  const { calendar } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, validate('query', range), async (request, response) => {
    const found = await calendar.list(request.caller, request.query as unknown as Range)
    sendResult(response, found.ok ? success({ events: found.value }) : found)
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newEvent), async (request, response) => {
    sendCreated(response, '/api/calendar', await calendar.add(request.caller, request.body as CalendarDraft))
  })

  router.get('/:id', signedIn, async (request, response) => {
    sendResult(response, await calendar.get(request.caller, request.params.id as string))
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', eventChanges), async (request, response) => {
    sendResult(response, await calendar.change(request.caller, request.params.id as string, request.body as CalendarChanges & Seen))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await calendar.remove(request.caller, request.params.id as string))
  })

  return router
}
