import compression from 'compression'
import cors from 'cors'
import express, { type Express } from 'express'
import helmet from 'helmet'
import type { Services } from '../services.ts'
import { aiRoutes } from './ai-routes.ts'
import { authRoutes } from './auth-routes.ts'
import { answerErrors, answerUnknownRoutes } from './errors.ts'
import { healthRoutes } from './health-routes.ts'
import { limitAll } from './rate-limits.ts'
import { identifyRequests, logRequests } from './requests.ts'

/** The legacy face: Express 5, with JSON Schemas checked by Ajv. */
export function buildApp (services: Services): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', services.trustedProxies)
  app.use(identifyRequests())
  app.use(logRequests(services.log))
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }))
  app.use(cors({
    origin: [...services.corsOrigins],
    methods: 'GET, HEAD, PUT, POST',
    exposedHeaders: 'ETag, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id',
    maxAge: 600
  }))
  app.use(compression())
  app.use('/health', healthRoutes(services))
  app.use(limitAll(services))
  app.use('/api/auth', authRoutes(services))
  app.use('/api/ai', aiRoutes(services))
  app.use(answerUnknownRoutes())
  app.use(answerErrors(services))
  return app
}
