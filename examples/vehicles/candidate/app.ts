import cors from '@fastify/cors'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import type { Services } from '../services.ts'
import authentication from './plugins/authentication.ts'
import documentation from './plugins/documentation.ts'
import entityTags from './plugins/entity-tags.ts'
import errors, { answerFrameworkError } from './plugins/errors.ts'
import jsonBody from './plugins/json-body.ts'
import requests, { keepSpelling, requestId } from './plugins/requests.ts'
import { compileValidator } from './plugins/joi-messages.ts'
import securityHeaders from './plugins/security-headers.ts'
import authRoutes from './routes/auth.ts'
import healthRoutes from './routes/health.ts'
import vehicleRoutes from './routes/vehicles.ts'

/**
 * The candidate face: Fastify 5 with TypeBox.
 * @param options.onClose called when the app has closed
 */
export async function buildApp (services: Services, { onClose = async () => {} }: { onClose?: () => Promise<void> } = {}): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestId,
    rewriteUrl: keepSpelling,
    frameworkErrors: answerFrameworkError,
    bodyLimit: 16 * 1024,
    return503OnClosing: false,
    keepAliveTimeout: 5_000,
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 16 * 1024 }
  })
  app.addHook('onClose', onClose)
  app.setValidatorCompiler(({ schema }) => compileValidator(schema))

  await app.register(requests)
  await app.register(securityHeaders, { contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } })
  await app.register(cors, {
    origin: [...services.corsOrigins],
    methods: 'GET, HEAD, PUT, POST, DELETE',
    exposedHeaders: 'ETag, Location, X-Request-Id',
    maxAge: 600,
    strictPreflight: false
  })
  await app.register(errors)
  await app.register(jsonBody)
  await app.register(entityTags)
  await app.register(authentication, { tokens: services.tokens })
  await app.register(documentation)

  await app.register(healthRoutes, { services })
  await app.register(authRoutes, { services, prefix: '/api/auth' })
  await app.register(vehicleRoutes, { services, prefix: '/api/vehicles' })
  return app as unknown as FastifyInstance
}
