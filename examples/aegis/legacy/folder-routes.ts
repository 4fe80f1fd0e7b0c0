import { Router } from 'express'
import type { FolderChanges, FolderDraft } from '../domain/folders.ts'
import type { Seen } from '../domain/owned-records.ts'
import type { Services } from '../services.ts'
import { pageOf } from '../types/page.ts'
import { jsonBody } from './body.ts'
import { folderChanges, newFolder } from './record-schemas.ts'
import { requireUser } from './require-user.ts'
import { sendCreated, sendRemoved, sendResult } from './results.ts'
import { page } from './schemas.ts'
import { validate } from './validate.ts'

export function folderRoutes (services: Services): Router {
  const { folders } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, validate('query', page), async (request, response) => {
    response.json({ folders: await folders.list(request.caller, pageOf(request.query)) })
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newFolder), async (request, response) => {
    sendCreated(response, '/api/folders', await folders.add(request.caller, request.body as FolderDraft))
  })

  router.get('/:id', signedIn, async (request, response) => {
    sendResult(response, await folders.get(request.caller, request.params.id as string))
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', folderChanges), async (request, response) => {
    sendResult(response, await folders.change(request.caller, request.params.id as string, request.body as FolderChanges & Seen))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await folders.remove(request.caller, request.params.id as string))
  })

  return router
}
