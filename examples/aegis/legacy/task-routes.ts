import { Router } from 'express'
import type { Seen } from '../domain/owned-records.ts'
import type { TaskChanges, TaskDraft } from '../domain/tasks.ts'
import type { Services } from '../services.ts'
import { pageOf } from '../types/page.ts'
import { jsonBody } from './body.ts'
import { newTask, taskChanges } from './record-schemas.ts'
import { requireUser } from './require-user.ts'
import { sendCreated, sendRemoved, sendResult } from './results.ts'
import { page } from './schemas.ts'
import { validate } from './validate.ts'

export function taskRoutes (services: Services): Router {
  const { tasks } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, validate('query', page), async (request, response) => {
    response.json({ tasks: await tasks.list(request.caller, pageOf(request.query)) })
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newTask), async (request, response) => {
    sendCreated(response, '/api/tasks', await tasks.add(request.caller, request.body as TaskDraft))
  })

  router.get('/:id', signedIn, async (request, response) => {
    sendResult(response, await tasks.get(request.caller, request.params.id as string))
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', taskChanges), async (request, response) => {
    sendResult(response, await tasks.change(request.caller, request.params.id as string, request.body as TaskChanges & Seen))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await tasks.remove(request.caller, request.params.id as string))
  })

  return router
}
