import cors from '@fastify/cors'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import { expressCompat, expressOptions } from 'fastify-express-compat'
import { crossOrigin } from '../cross-origin.ts'
import { helmetOptions } from '../helmet-headers.ts'
import { requestTimeout } from '../request-limits.ts'
import type { Services } from '../services.ts'
import { expressBehaviour } from './express-behaviour.ts'
import authentication from './plugins/authentication.ts'
import documentation from './plugins/documentation.ts'
import errors from './plugins/errors.ts'
import jsonBody from './plugins/json-body.ts'
import requests, { keepMalformed, requestId } from './plugins/requests.ts'
import securityHeaders from './plugins/security-headers.ts'
import sockets from './plugins/sockets.ts'
import timeouts from './plugins/timeouts.ts'
import activityRoutes from './routes/activity.ts'
import auditRoutes from './routes/audit.ts'
import authRoutes from './routes/auth.ts'
import calendarRoutes from './routes/calendar.ts'
import folderRoutes from './routes/folders.ts'
import gpaRoutes from './routes/gpa.ts'
import healthRoutes from './routes/health.ts'
import noteRoutes from './routes/notes.ts'
import publicRoutes from './routes/public.ts'
import shareRoutes from './routes/share.ts'
import mentionRoutes from './routes/mentions.ts'
import socialRoutes from './routes/social.ts'
import taskRoutes from './routes/tasks.ts'
import vaultRoutes from './routes/vault.ts'
import { joiValidation } from './validation.ts'

/**
 * The candidate face: Fastify 5 with TypeBox.
 * @param options.onClose called when the app has closed
 */
export async function buildApp (services: Services, { onClose = async () => {} }: { onClose?: () => Promise<void> } = {}): Promise<FastifyInstance> {
  const { web } = services
  const app = fastify({
    ...expressOptions(expressBehaviour),
    ...joiValidation,
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestId,
    rewriteUrl: keepMalformed,
    trustProxy: web.trustedProxies,
    bodyLimit: 10 * 1024 * 1024,
    requestTimeout
  })
  app.addHook('onClose', onClose)

  await app.register(requests)
  await app.register(securityHeaders, helmetOptions)
  await app.register(cors, { ...crossOrigin, origin: [...web.origins], strictPreflight: false })
  // After the hooks that every answer passes: one of its own turns paths away.
  await app.register(expressCompat, expressBehaviour)
  await app.register(errors, { showStacks: web.showStacks })
  await app.register(timeouts, { milliseconds: web.requestTimeout })
  await app.register(jsonBody)
  await app.register(authentication, { services })
  await app.register(documentation)
  await app.register(sockets, { services })

  await app.register(healthRoutes, { services })
  await app.register(authRoutes, { services, prefix: '/api/auth' })
  await app.register(noteRoutes, { services, prefix: '/api/notes' })
  await app.register(shareRoutes, { services, prefix: '/api/share' })
  await app.register(publicRoutes, { services, prefix: '/api/public' })
  await app.register(vaultRoutes, { services, prefix: '/api/vault' })
  await app.register(folderRoutes, { services, prefix: '/api/folders' })
  await app.register(taskRoutes, { services, prefix: '/api/tasks' })
  await app.register(calendarRoutes, { services, prefix: '/api/calendar' })
  await app.register(gpaRoutes, { services, prefix: '/api/gpa' })
  await app.register(socialRoutes, { services, prefix: '/api/social' })
  await app.register(mentionRoutes, { services, prefix: '/api/mentions' })
  await app.register(activityRoutes, { services, prefix: '/api/activity' })
  await app.register(auditRoutes, { services, prefix: '/api/audit' })
  return app as unknown as FastifyInstance
}
