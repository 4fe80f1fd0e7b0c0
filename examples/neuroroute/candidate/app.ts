import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Services } from '../services.ts'
import { fastapiCompat, fastapiOptions } from './fastapi-compat.ts'
import authentication from './plugins/authentication.ts'
import documentation from './plugins/documentation.ts'
import rateLimits from './plugins/rate-limits.ts'
import requests, { requestId } from './plugins/requests.ts'
import cacheRoutes from './routes/cache.ts'
import healthRoutes from './routes/health.ts'
import keyRoutes from './routes/keys.ts'
import modelRoutes from './routes/models.ts'
import promptRoutes from './routes/prompts.ts'
import settingsRoutes from './routes/settings.ts'
import usageRoutes from './routes/usage.ts'

/**
 * The candidate face: Fastify 5 with TypeBox.
 * @param options.onClose called when the app has closed
 */
export async function buildApp (services: Services, { onClose = async () => {} }: { onClose?: () => Promise<void> } = {}): Promise<FastifyInstance> {
  const app = fastify({
    ...fastapiOptions(),
    // Longer than a proxy keeps idle connections: it must never send on one just closed.
    keepAliveTimeout: 75_000,
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'id' }),
    genReqId: requestId
  })
  app.addHook('onClose', onClose)

  // The FastAPI app catches what Starlette raises again, and `python -m legacy` leaves Python so many frames for JSON.
  await app.register(fastapiCompat, { closeOnError: false, jsonDepth: 971 })
  await app.register(requests)
  await app.register(authentication, { apiKeys: services.apiKeys })
  await app.register(rateLimits, { rateLimits: services.rateLimits })
  await app.register(documentation)

  await app.register(healthRoutes, { services })
  await app.register(modelRoutes, { services })
  await app.register(promptRoutes, { services })
  await app.register(usageRoutes, { services })
  await app.register(settingsRoutes, { services })
  await app.register(cacheRoutes, { services })
  await app.register(keyRoutes, { services })
  return app
}
