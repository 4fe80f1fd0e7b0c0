import cors from '@fastify/cors'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import { expressCompat, expressOptions } from 'fastify-express-compat'
import type { Services } from '../services.ts'
import authentication from './plugins/authentication.ts'
import compression from './plugins/compression.ts'
import documentation from './plugins/documentation.ts'
import entityTags from './plugins/entity-tags.ts'
import errors, { answerFrameworkError } from './plugins/errors.ts'
import rateLimits from './plugins/rate-limits.ts'
import requests, { keepSpelling, requestId } from './plugins/requests.ts'
import securityHeaders from './plugins/security-headers.ts'
import validation from './plugins/validation.ts'
import aiRoutes from './routes/ai.ts'
import authRoutes from './routes/auth.ts'
import healthRoutes from './routes/health.ts'

/** What clients of the Express server may rely on; each row can be turned off when none does any more. */
const asExpress = {
  bodies: { json: { limit: '64kb' } },
  caseInsensitive: true,
  trailingSlash: true,
  longParameters: true,
  emptyJson: true,
  unknownTypes: true,
  invalidTypes: true,
  textBodies: true,
  formBodies: true,
  bodyLimit: true,
  strictJson: true,
  protoKeys: true,
  compressedBodies: true,
  bodyCharsets: true,
  parserMessages: true,
  bodyErrorsKeepAlive: true,
  keepAlive: true,
  draining: true,
  clientErrors: true
} as const

/**
 * The candidate face: Fastify 5 with TypeBox.
 * @param options.onClose called when the app has closed
 */
export async function buildApp (services: Services, { onClose = async () => {} }: { onClose?: () => Promise<void> } = {}): Promise<FastifyInstance> {
  const app = fastify({
    ...expressOptions(asExpress),
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestId,
    rewriteUrl: keepSpelling,
    frameworkErrors: answerFrameworkError,
    trustProxy: services.trustedProxies
  })
  app.addHook('onClose', onClose)

  await app.register(requests)
  await app.register(securityHeaders, { contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } })
  await app.register(cors, {
    origin: [...services.corsOrigins],
    methods: 'GET, HEAD, PUT, POST',
    exposedHeaders: 'ETag, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id',
    maxAge: 600,
    strictPreflight: false
  })
  await app.register(errors, { expose: services.exposeErrors })
  await app.register(expressCompat, asExpress)
  await app.register(validation)
  await app.register(entityTags)
  await app.register(compression)
  await app.register(authentication, { tokens: services.tokens })
  await app.register(rateLimits, { rateLimits: services.rateLimits })
  await app.register(documentation)

  await app.register(healthRoutes, { services })
  await app.register(authRoutes, { services, prefix: '/api/auth' })
  await app.register(aiRoutes, { services, prefix: '/api/ai' })
  return app as unknown as FastifyInstance
}
