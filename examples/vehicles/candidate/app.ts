import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import fastify, { type FastifyInstance } from 'fastify'
import type { Services } from '../services.ts'
import authentication from './plugins/authentication.ts'
import documentation from './plugins/documentation.ts'
import entityTags from './plugins/entity-tags.ts'
import errors, { answerFrameworkError } from './plugins/errors.ts'
import jsonBody from './plugins/json-body.ts'
import requests, { keepMalformedUrl, requestId } from './plugins/requests.ts'
import { compileValidator } from './plugins/joi-messages.ts'
import authRoutes from './routes/auth.ts'
import healthRoutes from './routes/health.ts'
import vehicleRoutes from './routes/vehicles.ts'

/** The candidate face: Fastify 5 with TypeBox. */
export async function buildApp (services: Services): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: services.log,
    disableRequestLogging: true,
    genReqId: requestId,
    requestIdLogLabel: 'requestId',
    rewriteUrl: keepMalformedUrl,
    frameworkErrors: answerFrameworkError,
    bodyLimit: 16 * 1024,
    return503OnClosing: false,
    keepAliveTimeout: 5_000,
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 16 * 1024 }
  })
  app.setValidatorCompiler(({ schema }) => compileValidator(schema))

  await app.register(requests)
  await app.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } })
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
