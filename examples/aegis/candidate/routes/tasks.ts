import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { NewTask, Task, TaskChanges, TaskList } from '../record-schemas.ts'
import { sendCreated, sendRemoved, sendResult } from '../results.ts'
import { answers, ItemId, Nothing, Page } from '../schemas.ts'

const taskRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { tasks } }) => {
  app.addHook('onRequest', app.requireUser)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['tasks'], security: [{ bearer: [] }, { cookie: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Your tasks, newest first', querystring: Page, response: answers({ 200: TaskList }) }
  }, async request => ({ tasks: await tasks.list(request.caller, pageOf(request.query)) }))

  app.post('/', {
    schema: { summary: 'Add a task', body: NewTask, response: answers({ 201: Task }) }
  }, async (request, reply) => sendCreated(reply, '/api/tasks', await tasks.add(request.caller, request.body)))

  app.get('/:id', {
    schema: { summary: 'One task', params: ItemId, response: answers({ 200: Task }) }
  }, async (request, reply) => sendResult(reply, await tasks.get(request.caller, request.params.id)))

  app.put('/:id', {
    schema: { summary: 'Change the given fields', params: ItemId, body: TaskChanges, response: answers({ 200: Task }) }
  }, async (request, reply) => sendResult(reply, await tasks.change(request.caller, request.params.id, request.body)))

  app.delete('/:id', {
    schema: { summary: 'Remove a task', params: ItemId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => sendRemoved(reply, await tasks.remove(request.caller, request.params.id)))
}

export default taskRoutes
