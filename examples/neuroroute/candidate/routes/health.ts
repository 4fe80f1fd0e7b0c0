import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { Health } from '../schemas.ts'

const healthRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/health', {
    schema: { tags: ['health'], summary: 'Health', response: { 200: Health, 503: Health } }
  }, async (_request, reply) => {
    const { uptimeSeconds, models, system, ...report } = await services.health()
    return await reply.code(report.status === 'down' ? 503 : 200).send({
      ...report,
      uptime_seconds: uptimeSeconds,
      models: models.map(({ latencyMs, errorRate, ...model }) => ({ ...model, latency_ms: latencyMs, error_rate: errorRate })),
      system: { memory_mb: system.memoryMb, load: system.load, cpus: system.cpus }
    })
  })
}

export default healthRoutes
