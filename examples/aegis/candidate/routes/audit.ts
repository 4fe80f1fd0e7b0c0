import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { auditQueryOf } from '../../domain/audit.ts'
import type { Services } from '../../services.ts'
import { answers } from '../schemas.ts'
import { AuditList, AuditPage } from '../social-schemas.ts'

const auditRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { audit } }) => {
  app.get('/', {
    onRequest: app.requireUser,
    schema: { tags: ['audit'], security: [{ bearer: [] }, { cookie: [] }], summary: 'What mattered to the security of your account, newest first', querystring: AuditPage, response: answers({ 200: AuditList }) }
  }, async request => ({ audit: await audit.list(request.caller.userId, auditQueryOf(request.query)) }))
}

export default auditRoutes
