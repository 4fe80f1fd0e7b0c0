import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { usd } from '../prompt-members.ts'
import { answers, UsageOut, UsageQuery } from '../schemas.ts'

const usageRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { usage } }) => {
  app.get('/usage', {
    preValidation: app.authorize('usage'),
    schema: { tags: ['usage'], summary: 'Read Usage', security: [{ HTTPBearer: [] }], querystring: UsageQuery, response: answers({ 200: UsageOut }, 401, 403, 422) }
  }, async ({ caller, query: { since, model } }) => {
    const { models, promptTokens, completionTokens, costNano, ...summary } = await usage.summary(caller.id, since ?? null, model ?? null)
    return {
      ...summary,
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      cost: usd(costNano),
      models: models.map(({ model, requests, promptTokens, completionTokens, costNano }) => ({ model, requests, prompt_tokens: promptTokens, completion_tokens: completionTokens, cost: usd(costNano) }))
    }
  })
}

export default usageRoutes
