import { Router } from 'express'
import { auditQueryOf, type AuditTexts } from '../domain/audit.ts'
import type { Services } from '../services.ts'
import { requireUser } from './require-user.ts'
import { auditPage } from './social-schemas.ts'
import { validate } from './validate.ts'

export function auditRoutes (services: Services): Router {
  const router = Router()
  router.get('/', requireUser(services), validate('query', auditPage), async (request, response) => {
    response.json({ audit: await services.audit.list(request.caller.userId, auditQueryOf(request.query as AuditTexts)) })
  })
  return router
}
