import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing } from '../schemas.ts'
import { Mention, MentionChanges, MentionPage, Mentions, NewMentions, SentMentions } from '../social-schemas.ts'

const mentionRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { mentions } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['mentions'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Where you were mentioned, newest first', querystring: MentionPage, response: answers({ 200: Mentions }) }
  }, async request => {
    const { unread, ...page } = request.query
    return { mentions: await mentions.list(request.caller.userId, { ...pageOf(page), ...unread !== undefined && { unread: unread === 'true' } }) }
  })

  app.post('/', {
    schema: { summary: 'Call connected users to a note', body: NewMentions, response: answers({ 201: SentMentions }) }
  }, async (request, reply) => {
    const added = await mentions.add(request.caller, request.body)
    return added.ok ? reply.code(201).send({ mentions: added.value }) : reply.failure(added.failure)
  })

  app.get('/:id', {
    schema: { summary: 'One mention', params: ItemId, response: answers({ 200: Mention }) }
  }, async (request, reply) => sendResult(reply, await mentions.get(request.caller.userId, request.params.id)))

  app.put('/:id', {
    schema: { summary: 'Mark a mention as read or unread', params: ItemId, body: MentionChanges, response: answers({ 200: Mention }) }
  }, async (request, reply) => sendResult(reply, await mentions.change(request.caller, request.params.id, request.body as { read: boolean })))

  app.delete('/:id', {
    schema: { summary: 'Remove a mention of you', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await mentions.remove(request.caller, request.params.id)))
}

export default mentionRoutes
