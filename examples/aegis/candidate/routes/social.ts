import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Addressee as Asked } from '../../domain/social-relation.ts'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing, Page } from '../schemas.ts'
import { Addressee, Blocks, ConnectionRequest, ConnectionRequests, Connections, NewBlock, OtherUser, RequestAnswer, RequestPage, UserId } from '../social-schemas.ts'

const socialRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['social'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })
  await app.register(requestRoutes, { services, prefix: '/requests' })
  await app.register(connectionRoutes, { services, prefix: '/connections' })
  await app.register(blockRoutes, { services, prefix: '/blocks' })
}

const requestRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { social } }) => {
  app.post('/', {
    schema: { summary: 'Ask a user to connect; an address that nobody has answers as any other', body: Addressee, response: answers({ 202: ConnectionRequest }) }
  }, async (request, reply) => {
    const asked = await social.request(request.caller, request.body as Asked)
    if (!asked.ok) return reply.failure(asked.failure)
    return reply.code(202).header('location', `/api/social/requests/${asked.value.id}`).send(asked.value)
  })

  app.get('/', {
    schema: { summary: 'Open requests, newest first', querystring: RequestPage, response: answers({ 200: ConnectionRequests }) }
  }, async request => {
    const { direction, ...page } = request.query
    return { requests: await social.listRequests(request.caller.userId, { ...pageOf(page), ...direction !== undefined && { direction } }) }
  })

  app.get('/:id', {
    schema: { summary: 'One request', params: ItemId, response: answers({ 200: ConnectionRequest }) }
  }, async (request, reply) => sendResult(reply, await social.getRequest(request.caller.userId, request.params.id)))

  app.put('/:id', {
    schema: { summary: 'Accept or decline a request', params: ItemId, body: RequestAnswer, response: answers({ 200: ConnectionRequest }) }
  }, async (request, reply) => sendResult(reply, await social.answer(request.caller, request.params.id, request.body.status)))

  app.delete('/:id', {
    schema: { summary: 'Withdraw a request of your own', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await social.withdraw(request.caller, request.params.id)))
}

const connectionRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { social } }) => {
  app.get('/', {
    schema: { summary: 'Users that you are connected with, newest first', querystring: Page, response: answers({ 200: Connections }) }
  }, async request => ({ connections: await social.listConnections(request.caller.userId, pageOf(request.query)) }))

  app.delete('/:userId', {
    schema: { summary: 'End a connection', params: UserId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await social.disconnect(request.caller, request.params.userId)))
}

const blockRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { social } }) => {
  app.post('/', {
    schema: { summary: 'Block a user that you are connected with or were asked by', body: NewBlock, response: answers({ 200: OtherUser, 201: OtherUser }) }
  }, async (request, reply) => {
    const { userId } = request.body
    const blocked = await social.block(request.caller, userId)
    if (!blocked.ok) return reply.failure(blocked.failure)
    return reply.code(blocked.value.created ? 201 : 200).header('location', `/api/social/blocks/${userId}`).send(blocked.value.block)
  })

  app.get('/', {
    schema: { summary: 'Users that you have blocked, newest first', querystring: Page, response: answers({ 200: Blocks }) }
  }, async request => ({ blocks: await social.listBlocks(request.caller.userId, pageOf(request.query)) }))

  app.get('/:userId', {
    schema: { summary: 'One user that you have blocked', params: UserId, response: answers({ 200: OtherUser }) }
  }, async (request, reply) => sendResult(reply, await social.getBlock(request.caller.userId, request.params.userId)))

  app.delete('/:userId', {
    schema: { summary: 'Take a block back', params: UserId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await social.unblock(request.caller, request.params.userId)))
}

export default socialRoutes
