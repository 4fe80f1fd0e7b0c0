import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { modelOf } from '../../domain/catalogue.ts'
import type { Services } from '../../services.ts'
import { HttpException } from '../fastapi-compat.ts'
import { answers, CacheQuery } from '../schemas.ts'

const cacheRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { settings } }) => {
  app.delete('/cache', {
    preValidation: app.authorize('admin'),
    schema: { tags: ['cache'], summary: 'Forget Answers', security: [{ HTTPBearer: [] }], querystring: CacheQuery, response: answers({}, 401, 403, 404) }
  }, async ({ query: { model } }, reply) => {
    if (model !== undefined && modelOf(model) === undefined) throw new HttpException(404, 'Model not found')
    await settings.forgetAnswers(model ?? null)
    return await reply.code(204).send()
  })
}

export default cacheRoutes
