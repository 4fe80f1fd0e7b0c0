import { Router } from 'express'
import type { Services } from '../services.ts'
import { pageOf, type PageTexts } from '../types/page.ts'
import { requireUser } from './require-user.ts'
import { activityPage } from './social-schemas.ts'
import { validate } from './validate.ts'

export function activityRoutes (services: Services): Router {
  const router = Router()
  router.get('/', requireUser(services), validate('query', activityPage), async (request, response) => {
    const { resource, ...page } = request.query as PageTexts & { resource?: string }
    response.json({ activity: await services.activities.list(request.caller.userId, { ...pageOf(page), ...resource !== undefined && { resource } }) })
  })
  return router
}
