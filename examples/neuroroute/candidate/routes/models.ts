import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { catalogue, modelOf } from '../../domain/catalogue.ts'
import type { Services } from '../../services.ts'
import type { Model, ModelStatus } from '../../types/models.ts'
import { HttpException } from '../fastapi-compat.ts'
import { answers, ModelOut, Models, ModelsQuery } from '../schemas.ts'

type Shown = Readonly<Type.Static<typeof ModelOut>>

const modelRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  // A model is shown in few ways, each made once.
  const made = new Map<Model, Shown[]>()

  function show (model: Model, disabled: readonly string[]): Shown {
    const status = services.modelStatus(model.id)
    const enabled = !disabled.includes(model.id)
    const ways = made.get(model) ?? []
    let shown = ways.find(way => way.status === status && way.enabled === enabled)
    if (shown === undefined) made.set(model, [...ways, shown = modelOut(model, status, enabled)])
    return shown
  }

  app.get('/models', {
    schema: { tags: ['models'], summary: 'List Models', querystring: ModelsQuery, response: answers({ 200: Models }, 422) }
  }, async ({ query: { capability, provider, max_cost: maxCost, status, limit, offset } }) => {
    const snapshot = services.snapshot()
    const { settings } = snapshot instanceof Promise ? await snapshot : snapshot
    const found = catalogue.map(model => show(model, settings.disabledModels)).filter(model =>
      capability.every(wanted => model.capabilities.includes(wanted)) &&
      (provider === undefined || provider === model.provider) &&
      (maxCost === undefined || model.cost.output <= maxCost) &&
      (status === undefined || status === model.status))
    const start = Number(offset)
    return { models: found.slice(start, start + limit), total: found.length }
  })

  app.get('/models/:model_id', {
    schema: { tags: ['models'], summary: 'Read Model', params: Type.Object({ model_id: Type.String() }), response: answers({ 200: ModelOut }, 404) }
  }, async ({ params }) => {
    const model = modelOf(params.model_id)
    if (model === undefined) throw new HttpException(404, 'Model not found')
    return show(model, (await services.snapshot()).settings.disabledModels)
  })
}

function modelOut ({ input_nano_usd: input, output_nano_usd: output, ...model }: Model, status: ModelStatus, enabled: boolean): Shown {
  return Object.freeze({ ...model, status, enabled, cost: { input: input / 1000, output: output / 1000 } })
}

export default modelRoutes
