import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { pageOf } from '../../types/page.ts'
import { answers } from '../schemas.ts'
import { ActivityList, ActivityPage } from '../social-schemas.ts'

const activityRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { activities } }) => {
  app.get('/', {
    onRequest: app.requireUser,
    schema: { tags: ['activity'], security: [{ bearer: [] }, { cookie: [] }], summary: 'What you did, newest first', querystring: ActivityPage, response: answers({ 200: ActivityList }) }
  }, async request => {
    const { resource, ...page } = request.query
    return { activity: await activities.list(request.caller.userId, { ...pageOf(page), ...resource !== undefined && { resource } }) }
  })
}

export default activityRoutes
