import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import type { ApiKey } from '../../types/keys.ts'
import { HttpException, Uuid } from '../fastapi-compat.ts'
import { answers, KeyIn, Keys, NewKey } from '../schemas.ts'

const keyRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { apiKeys } }) => {
  const common = { tags: ['keys'], security: [{ HTTPBearer: [] }] }
  app.addHook('preValidation', app.authorize('admin'))

  app.get('/keys', {
    schema: { ...common, summary: 'List Keys', response: answers({ 200: Keys }, 401, 403) }
  }, async () => ({ keys: (await apiKeys.list()).map(keyOut) }))

  app.post('/keys', {
    schema: { ...common, summary: 'Create Key', body: KeyIn, response: answers({ 201: NewKey }, 401, 403, 422) }
  }, async ({ body: { name, scopes, requests_per_minute: requestsPerMinute } }, reply) => {
    const { apiKey, key } = await apiKeys.create({ name, scopes, requestsPerMinute })
    return await reply.code(201).send({ ...keyOut(apiKey), key })
  })

  app.delete('/keys/:key_id', {
    schema: { ...common, summary: 'Revoke Key', params: Type.Object({ key_id: Uuid() }), response: answers({}, 401, 403, 404, 422) }
  }, async ({ params }, reply) => {
    if (!await apiKeys.revoke(params.key_id)) throw new HttpException(404, 'Key not found')
    return await reply.code(204).send()
  })
}

function keyOut ({ id, name, prefix, scopes, requestsPerMinute, createdAt, revokedAt }: ApiKey) {
  return { id, name, prefix, scopes, requests_per_minute: requestsPerMinute, created_at: createdAt, revoked_at: revokedAt }
}

export default keyRoutes
