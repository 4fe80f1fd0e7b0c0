import cookieParser from 'cookie-parser'
import cors from 'cors'
import express, { type Express } from 'express'
import helmet from 'helmet'
import { crossOrigin } from '../cross-origin.ts'
import { helmetOptions } from '../helmet-headers.ts'
import type { Services } from '../services.ts'
import { activityRoutes } from './activity-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { authRoutes } from './auth-routes.ts'
import { calendarRoutes } from './calendar-routes.ts'
import { answerErrors, answerUnknownRoutes } from './errors.ts'
import { folderRoutes } from './folder-routes.ts'
import { gpaRoutes } from './gpa-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { noteRoutes } from './note-routes.ts'
import { publicRoutes } from './public-routes.ts'
import { shareRoutes } from './share-routes.ts'
import { mentionRoutes } from './mention-routes.ts'
import { identifyRequests, logRequests, refuseMalformedPaths } from './requests.ts'
import { socialRoutes } from './social-routes.ts'
import { taskRoutes } from './task-routes.ts'
import { limitTime } from './timeouts.ts'
import { vaultRoutes } from './vault-routes.ts'

/** The legacy face: Express 5 with Joi. */
export function buildApp (services: Services): Express {
  const { web } = services
  const app = express()
  app.set('trust proxy', web.trustedProxies)
  app.use(identifyRequests())
  app.use(logRequests(services.log))
  app.use(helmet(helmetOptions))
  app.use(cors({ ...crossOrigin, origin: [...web.origins] }))
  app.use(refuseMalformedPaths())
  app.use(limitTime(web.requestTimeout))
  app.use(cookieParser())
  app.use('/health', healthRoutes(services))
  app.use('/api/auth', authRoutes(services))
  app.use('/api/notes', noteRoutes(services))
  app.use('/api/share', shareRoutes(services))
  app.use('/api/public', publicRoutes(services))
  app.use('/api/vault', vaultRoutes(services))
  app.use('/api/folders', folderRoutes(services))
  app.use('/api/tasks', taskRoutes(services))
  app.use('/api/calendar', calendarRoutes(services))
  app.use('/api/gpa', gpaRoutes(services))
  app.use('/api/social', socialRoutes(services))
  app.use('/api/mentions', mentionRoutes(services))
  app.use('/api/activity', activityRoutes(services))
  app.use('/api/audit', auditRoutes(services))
  app.use(answerUnknownRoutes())
  app.use(answerErrors(services))
  return app
}
