import cors from 'cors'
import express, { type Express } from 'express'
import helmet from 'helmet'
import type { Services } from '../services.ts'
import { authRoutes } from './auth-routes.ts'
import { answerErrors, answerUnknownRoutes } from './errors.ts'
import { healthRoutes } from './health-routes.ts'
import { identifyRequests, logRequests } from './requests.ts'
import { vehicleRoutes } from './vehicle-routes.ts'

/** The legacy face: Express 5 with Joi. */
export function buildApp (services: Services): Express {
  const app = express()
  app.use(identifyRequests())
  app.use(logRequests(services.log))
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }))
  app.use(cors({
    origin: [...services.corsOrigins],
    methods: 'GET, HEAD, PUT, POST, DELETE',
    exposedHeaders: 'ETag, Location, X-Request-Id',
    maxAge: 600
  }))
  app.use('/health', healthRoutes(services))
  app.use('/api/auth', authRoutes(services))
  app.use('/api/vehicles', vehicleRoutes(services))
  app.use(answerUnknownRoutes())
  app.use(answerErrors(services.log))
  return app
}
