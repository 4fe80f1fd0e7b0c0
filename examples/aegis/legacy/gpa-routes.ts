import { Router } from 'express'
import type { CourseChanges, CourseDraft } from '../domain/gpa.ts'
import type { Seen } from '../domain/owned-records.ts'
import type { Services } from '../services.ts'
import { jsonBody } from './body.ts'
import { courseChanges, newCourse } from './record-schemas.ts'
import { requireUser } from './require-user.ts'
import { sendCreated, sendRemoved, sendResult } from './results.ts'
import { validate } from './validate.ts'

export function gpaRoutes (services: Services): Router {
  const { gpa } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, async (request, response) => {
    response.json(await gpa.transcript(request.caller))
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newCourse), async (request, response) => {
    sendCreated(response, '/api/gpa', await gpa.add(request.caller, request.body as CourseDraft))
  })

  router.get('/:id', signedIn, async (request, response) => {
    sendResult(response, await gpa.get(request.caller, request.params.id as string))
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', courseChanges), async (request, response) => {
    sendResult(response, await gpa.change(request.caller, request.params.id as string, request.body as CourseChanges & Seen))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await gpa.remove(request.caller, request.params.id as string))
  })

  return router
}
