import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import type { Settings } from '../../types/settings.ts'
import { answers, SettingsIn, SettingsOut } from '../schemas.ts'

const settingsRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { settings } }) => {
  const common = { tags: ['settings'], security: [{ HTTPBearer: [] }] }
  app.addHook('preValidation', app.authorize('admin'))

  app.get('/settings', {
    schema: { ...common, summary: 'Read Settings', response: answers({ 200: SettingsOut }, 401, 403) }
  }, async () => settingsOut(await settings.read()))

  app.patch('/settings', {
    schema: { ...common, summary: 'Change Settings', body: SettingsIn, response: answers({ 200: SettingsOut }, 401, 403, 422) }
  }, async ({ body: { strategy, cache_ttl_seconds: cacheTtlSeconds, max_attempts: maxAttempts, disabled_models: disabledModels } }) => settingsOut(await settings.change({
    ...isGiven(strategy) && { strategy },
    ...isGiven(cacheTtlSeconds) && { cacheTtlSeconds },
    ...isGiven(maxAttempts) && { maxAttempts },
    ...isGiven(disabledModels) && { disabledModels }
  })))
}

function isGiven<Value> (value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null
}

function settingsOut ({ strategy, cacheTtlSeconds, maxAttempts, disabledModels, generation, updatedAt }: Settings) {
  return { strategy, cache_ttl_seconds: cacheTtlSeconds, max_attempts: maxAttempts, disabled_models: disabledModels, generation, updated_at: updatedAt }
}

export default settingsRoutes
