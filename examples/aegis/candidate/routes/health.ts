import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Services } from '../../services.ts'

const Liveness = Type.Object({ status: Type.Literal('ok'), service: Type.Literal('aegis') })

const healthRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/health', {
    schema: { tags: ['health'], summary: 'Whether the process is up', response: { 200: Liveness } }
  }, (request, reply) => {
    reply.header('cache-control', 'no-store').send(services.liveness())
  })
}

export default healthRoutes
