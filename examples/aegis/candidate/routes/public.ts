import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { sendContent } from '../content-exchange.ts'
import { contentAnswers, CreatedLink, Link, LinkChanges, LinkList, NewLink, PublicNote } from '../note-schemas.ts'
import { sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing, Page } from '../schemas.ts'

const Token = Type.Object({ token: Type.String() })

const publicRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.addHook('onRoute', route => {
    route.schema = { tags: ['public'], ...route.schema }
  })
  await app.register(ownRoutes, { services })
  await app.register(openRoutes, { services })
}

const ownRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { publicLinks } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Your public links, newest first', querystring: Page, response: answers({ 200: LinkList }) }
  }, async request => ({ links: await publicLinks.list(request.caller, pageOf(request.query)) }))

  app.post('/', {
    schema: { summary: 'Make a link with which anybody can read a note', body: NewLink, response: answers({ 201: CreatedLink }) }
  }, async (request, reply) => {
    const added = await publicLinks.add(request.caller, request.body)
    if (!added.ok) return reply.failure(added.failure)
    return reply.code(201).header('location', `/api/public/${added.value.token}`).send(added.value)
  })

  app.put('/:id', {
    schema: { summary: 'Change when a link expires, or its keys', params: ItemId, body: LinkChanges, response: answers({ 200: Link }) }
  }, async (request, reply) => sendResult(reply, await publicLinks.change(request.caller, request.params.id, request.body)))

  app.delete('/:id', {
    schema: { summary: 'Revoke a link', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await publicLinks.revoke(request.caller, request.params.id)))
}

const openRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { publicLinks, contents } }) => {
  // A link may be revoked at any time: nobody may answer from what was kept without asking.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'private, no-cache')
    done()
  })

  app.get('/:token', {
    schema: { summary: 'The note of a link', params: Token, response: answers({ 200: PublicNote }) }
  }, async (request, reply) => sendResult(reply, await publicLinks.read(request.params.token)))

  for (const method of ['HEAD', 'GET'] as const) {
    app.route({
      method,
      url: '/:token/content',
      config: { stream: true, swagger: { exposeHeadRoute: true } },
      schema: { summary: 'The content of the note of a link', params: Token, response: contentAnswers(method) },
      handler: async (request, reply) => await sendContent(request, reply, contents, () => publicLinks.content(request.params.token))
    })
  }
}

export default publicRoutes
