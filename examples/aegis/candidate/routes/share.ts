import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { sendContent } from '../content-exchange.ts'
import { contentAnswers, NewShare, ReceivedShare, ReceivedShareList, Share, ShareChanges, ShareList } from '../note-schemas.ts'
import { sendCreated, sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing, Page } from '../schemas.ts'

const shareRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { shares, contents } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['share'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'What you share, newest first', querystring: Page, response: answers({ 200: ShareList }) }
  }, async request => ({ shares: await shares.list(request.caller, pageOf(request.query)) }))

  app.post('/', {
    schema: { summary: 'Let another user read a note', body: NewShare, response: answers({ 201: Share }) }
  }, async (request, reply) => sendCreated(reply, '/api/share', await shares.add(request.caller, request.body)))

  app.get('/received', {
    schema: { summary: 'What others share with you, newest first', querystring: Page, response: answers({ 200: ReceivedShareList }) }
  }, async request => ({ shares: await shares.received(request.caller, pageOf(request.query)) }))

  app.get('/received/:id', {
    schema: { summary: 'A note that is shared with you', params: ItemId, response: answers({ 200: ReceivedShare }) }
  }, async (request, reply) => sendResult(reply, await shares.read(request.caller, request.params.id)))

  for (const method of ['HEAD', 'GET'] as const) {
    app.route({
      method,
      url: '/received/:id/content',
      config: { stream: true, swagger: { exposeHeadRoute: true } },
      schema: { summary: 'The content of a note that is shared with you, with keys for you', params: ItemId, response: contentAnswers(method) },
      handler: async (request, reply) => await sendContent(request, reply, contents, () => shares.content(request.caller, request.params.id))
    })
  }

  app.get('/:id', {
    schema: { summary: 'One of your shares', params: ItemId, response: answers({ 200: Share }) }
  }, async (request, reply) => sendResult(reply, await shares.get(request.caller, request.params.id)))

  app.put('/:id', {
    schema: { summary: 'New keys for the recipient', params: ItemId, body: ShareChanges, response: answers({ 200: Share }) }
  }, async (request, reply) => sendResult(reply, await shares.change(request.caller, request.params.id, request.body)))

  app.delete('/:id', {
    schema: { summary: 'Revoke a share', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await shares.revoke(request.caller, request.params.id)))
}

export default shareRoutes
