import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { Course, CourseChanges, NewCourse, Transcript } from '../record-schemas.ts'
import { sendCreated, sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing } from '../schemas.ts'

const gpaRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { gpa } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['gpa'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Your courses, newest first, with their grade point averages', response: answers({ 200: Transcript }) }
  }, async request => await gpa.transcript(request.caller))

  app.post('/', {
    schema: { summary: 'Add a course', body: NewCourse, response: answers({ 201: Course }) }
  }, async (request, reply) => sendCreated(reply, '/api/gpa', await gpa.add(request.caller, request.body)))

  app.get('/:id', {
    schema: { summary: 'One course', params: ItemId, response: answers({ 200: Course }) }
  }, async (request, reply) => sendResult(reply, await gpa.get(request.caller, request.params.id)))

  app.put('/:id', {
    schema: { summary: 'Change the given fields', params: ItemId, body: CourseChanges, response: answers({ 200: Course }) }
  }, async (request, reply) => sendResult(reply, await gpa.change(request.caller, request.params.id, request.body)))

  app.delete('/:id', {
    schema: { summary: 'Remove a course', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await gpa.remove(request.caller, request.params.id)))
}

export default gpaRoutes
