import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { Folder, FolderChanges, FolderList, NewFolder } from '../record-schemas.ts'
import { sendCreated, sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing, Page } from '../schemas.ts'

const folderRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { folders } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['folders'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Your folders, newest first', querystring: Page, response: answers({ 200: FolderList }) }
  }, async request => ({ folders: await folders.list(request.caller, pageOf(request.query)) }))

  app.post('/', {
    schema: { summary: 'Add a folder', body: NewFolder, response: answers({ 201: Folder }) }
  }, async (request, reply) => sendCreated(reply, '/api/folders', await folders.add(request.caller, request.body)))

  app.get('/:id', {
    schema: { summary: 'One folder', params: ItemId, response: answers({ 200: Folder }) }
  }, async (request, reply) => sendResult(reply, await folders.get(request.caller, request.params.id)))

  app.put('/:id', {
    schema: { summary: 'Change the given fields', params: ItemId, body: FolderChanges, response: answers({ 200: Folder }) }
  }, async (request, reply) => sendResult(reply, await folders.change(request.caller, request.params.id, request.body)))

  app.delete('/:id', {
    schema: { summary: 'Remove a folder in which nothing lies', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await folders.remove(request.caller, request.params.id)))
}

export default folderRoutes
