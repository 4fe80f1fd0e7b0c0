import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { validatorsOf } from '../../domain/contents.ts'
import { contentView, viewOf } from '../../domain/notes.ts'
import { drain } from '../../refused-body.ts'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { mapped } from '../../types/result.ts'
import { sendContent, takeBytes, uploadOf } from '../content-exchange.ts'
import { Content, contentAnswers, ContentHeaders, NewNote, Note, NoteChanges, NoteList, NotePage } from '../note-schemas.ts'
import { sendCreated, sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing } from '../schemas.ts'

const noteRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { notes } = services
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['notes'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Your notes, newest first', querystring: NotePage, response: answers({ 200: NoteList }) }
  }, async request => {
    const { folderId, ...page } = request.query
    const found = await notes.list(request.caller, { ...pageOf(page), ...folderId !== undefined && { folderId } })
    return { notes: found.map(viewOf) }
  })

  app.post('/', {
    schema: { summary: 'Add a note; its content comes after', body: NewNote, response: answers({ 201: Note }) }
  }, async (request, reply) => sendCreated(reply, '/api/notes', mapped(await notes.add(request.caller, request.body), viewOf)))

  app.get('/:id', {
    schema: { summary: 'One note', params: ItemId, response: answers({ 200: Note }) }
  }, async (request, reply) => sendResult(reply, mapped(await notes.get(request.caller, request.params.id), viewOf)))

  app.put('/:id', {
    schema: { summary: 'Change the given fields', params: ItemId, body: NoteChanges, response: answers({ 200: Note }) }
  }, async (request, reply) => sendResult(reply, mapped(await notes.change(request.caller, request.params.id, request.body), viewOf)))

  app.delete('/:id', {
    schema: { summary: 'Remove a note with its content, its shares and its links', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await notes.remove(request.caller, request.params.id)))

  await app.register(contentRoutes, { services })
}

const contentRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { contents } }) => {
  takeBytes(app)

  for (const method of ['HEAD', 'GET'] as const) {
    app.route({
      method,
      url: '/:id/content',
      config: { stream: true, swagger: { exposeHeadRoute: true } },
      schema: { summary: 'The content of a note, whole or a range of it', params: ItemId, response: contentAnswers(method) },
      async handler (request, reply) {
        const find = async () => mapped(await contents.get(request.caller.userId, request.params.id), content => ({ content, keys: content }))
        return await sendContent(request, reply, contents, find)
      }
    })
  }

  app.put('/:id/content', {
    config: { stream: true },
    schema: { summary: 'Give a note its content; until it is whole the old one stays', consumes: ['application/octet-stream'], params: ItemId, headers: ContentHeaders, response: answers({ 200: Content, 201: Content }) }
  }, async (request, reply) => {
    const stored = await contents.put(request.caller, request.params.id, uploadOf(request))
    if (!stored.ok) {
      await drain(request.raw)
      return reply.failure(stored.failure)
    }
    if (stored.value === undefined) return reply.hijack()
    const { content, created } = stored.value
    return reply.code(created ? 201 : 200).header('etag', validatorsOf(content).etag).send(contentView(content))
  })

  app.delete('/:id/content', {
    schema: { summary: 'Take the content from a note', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await contents.remove(request.caller, request.params.id, request.headers)))
}

export default noteRoutes
