import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { Event, EventChanges, EventList, NewEvent, Range } from '../record-schemas.ts'
import { sendCreated, sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing } from '../schemas.ts'

const calendarRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { calendar } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['calendar'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Your events of a range, earliest first; those that come again are in each range after their start', querystring: Range, response: answers({ 200: EventList }) }
  }, async (request, reply) => {
    const found = await calendar.list(request.caller, request.query)
    return found.ok ? { events: found.value } : reply.failure(found.failure)
  })

  app.post('/', {
    schema: { summary: 'Add an event', body: NewEvent, response: answers({ 201: Event }) }
  }, async (request, reply) => sendCreated(reply, '/api/calendar', await calendar.add(request.caller, request.body)))

  app.get('/:id', {
    schema: { summary: 'One event', params: ItemId, response: answers({ 200: Event }) }
  }, async (request, reply) => sendResult(reply, await calendar.get(request.caller, request.params.id)))

  app.put('/:id', {
    schema: { summary: 'Change the given fields', params: ItemId, body: EventChanges, response: answers({ 200: Event }) }
  }, async (request, reply) => sendResult(reply, await calendar.change(request.caller, request.params.id, request.body)))

  app.delete('/:id', {
    schema: { summary: 'Remove an event', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await calendar.remove(request.caller, request.params.id)))
}

export default calendarRoutes
