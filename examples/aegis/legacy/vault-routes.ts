import { Router } from 'express'
import type { Seen } from '../domain/owned-records.ts'
import type { VaultChanges, VaultDraft } from '../domain/vault.ts'
import type { Services } from '../services.ts'
import { pageOf } from '../types/page.ts'
import { jsonBody } from './body.ts'
import { newVaultItem, vaultItemChanges } from './record-schemas.ts'
import { requireUser } from './require-user.ts'
import { sendCreated, sendRemoved, sendResult } from './results.ts'
import { page } from './schemas.ts'
import { validate } from './validate.ts'

export function vaultRoutes (services: Services): Router {
  const { vault } = services
  const router = Router()
  const signedIn = requireUser(services)

  router.get('/', signedIn, validate('query', page), async (request, response) => {
    response.json({ items: await vault.list(request.caller, pageOf(request.query)) })
  })

  router.post('/', signedIn, ...jsonBody, validate('body', newVaultItem), async (request, response) => {
    sendCreated(response, '/api/vault', await vault.add(request.caller, request.body as VaultDraft))
  })

  router.get('/:id', signedIn, async (request, response) => {
    sendResult(response, await vault.get(request.caller, request.params.id as string))
  })

  router.put('/:id', signedIn, ...jsonBody, validate('body', vaultItemChanges), async (request, response) => {
    sendResult(response, await vault.change(request.caller, request.params.id as string, request.body as VaultChanges & Seen))
  })

  router.delete('/:id', signedIn, async (request, response) => {
    sendRemoved(response, await vault.remove(request.caller, request.params.id as string))
  })

  return router
}
