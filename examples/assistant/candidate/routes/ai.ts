import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { eventFrames, eventStreamHeaders } from '../../contract/event-frames.ts'
import { Prompt } from '../../contract/requests.ts'
import type { Services } from '../../services.ts'
import { answers, Capabilities, Generation } from '../schemas.ts'

const aiRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { assistant } }) => {
  app.get('/capabilities', {
    schema: { tags: ['ai'], summary: 'Models and limits', response: answers({ 200: Capabilities }) }
  }, (request, reply) => {
    reply.header('cache-control', 'public, max-age=60').send(assistant.capabilities())
  })

  app.post('/generate', {
    onRequest: [
      (request, reply, done) => {
        reply.header('cache-control', 'no-store')
        done()
      },
      app.authenticate,
      app.limitGenerations
    ],
    schema: { tags: ['ai'], summary: 'Ask a model', security: [{ bearer: [] }], body: Prompt, response: answers({ 200: Generation }) }
  }, async (request, reply) => {
    const { stream, ...prompt } = request.body
    const left = leaving(reply)
    if (stream !== true) {
      const generation = await assistant.generate(prompt, left)
      return generation.ok ? generation.value : reply.failure(generation.failure)
    }
    const events = await assistant.stream(prompt, left)
    if (!events.ok) return reply.failure(events.failure)
    // A stream is sent as it is: the response schema is for whole answers.
    return (reply as FastifyReply).headers(eventStreamHeaders).send(Readable.from(eventFrames(events.value)))
  })
}

/** Aborted when the client leaves before its answer is whole. */
function leaving ({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) left.abort()
  })
  return left.signal
}

export default aiRoutes
