import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { Liveness } from '../schemas.ts'

const healthRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/health', {
    schema: { tags: ['health'], summary: 'Whether the process is up', response: { 200: Liveness } }
  }, (request, reply) => {
    reply.header('cache-control', 'no-store').send(services.liveness())
  })
}

export default healthRoutes
