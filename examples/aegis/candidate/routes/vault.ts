import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { NewVaultItem, VaultItem, VaultItemChanges, VaultItemList } from '../record-schemas.ts'
import { sendCreated, sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing, Page } from '../schemas.ts'

const vaultRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { vault } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['vault'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Your items, newest first', querystring: Page, response: answers({ 200: VaultItemList }) }
  }, async request => ({ items: await vault.list(request.caller, pageOf(request.query)) }))

  app.post('/', {
    schema: { summary: 'Add an item', body: NewVaultItem, response: answers({ 201: VaultItem }) }
  }, async (request, reply) => sendCreated(reply, '/api/vault', await vault.add(request.caller, request.body)))

  app.get('/:id', {
    schema: { summary: 'One item', params: ItemId, response: answers({ 200: VaultItem }) }
  }, async (request, reply) => sendResult(reply, await vault.get(request.caller, request.params.id)))

  app.put('/:id', {
    schema: { summary: 'Change the given fields', params: ItemId, body: VaultItemChanges, response: answers({ 200: VaultItem }) }
  }, async (request, reply) => sendResult(reply, await vault.change(request.caller, request.params.id, request.body)))

  app.delete('/:id', {
    schema: { summary: 'Remove an item', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await vault.remove(request.caller, request.params.id)))
}

export default vaultRoutes
