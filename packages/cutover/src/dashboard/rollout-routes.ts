import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { RolloutRequest } from '../config/admin-api.ts'
import type { RolloutControl } from '../rollout/rollout-control.ts'
import { causeOf, printable, refuseOtherMethods } from './admin-routes.ts'

const steering = {
  features: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 1000 })),
  who: Type.Optional(Type.String({ maxLength: 200 })),
  why: Type.Optional(Type.String({ maxLength: 500 }))
}
const closed = { additionalProperties: false }
const schemas = {
  start: { body: Type.Object({ ...steering, version: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })), override: Type.Optional(Type.Boolean()) }, closed) },
  steer: { body: Type.Object(steering, closed) }
}
const verbs = ['pause', 'resume', 'abort', 'skip'] as const

type Asked = Omit<RolloutRequest, 'who' | 'why'> & Partial<Pick<RolloutRequest, 'who' | 'why'>>

/** Adds the routes that tell of rollouts, start and steer them. */
export function addRolloutRoutes (app: FastifyInstance, rollout: RolloutControl): void {
  app.get('/api/rollout', async () => rollout.status())

  app.post<{ Body: Asked }>('/api/rollout/start', { schema: schemas.start }, async ({ body }) => await rollout.start(requestOf(body)))

  for (const verb of verbs) {
    app.post<{ Body: Asked }>(`/api/rollout/${verb}`, { schema: schemas.steer }, async ({ body }) => await rollout[verb](requestOf(body)))
  }

  refuseOtherMethods(app, {
    '/api/rollout': ['GET', 'HEAD'],
    ...Object.fromEntries(['start', ...verbs].map(verb => [`/api/rollout/${verb}`, ['POST'] as const]))
  })
}

function requestOf ({ version, ...body }: Asked): RolloutRequest {
  return { ...body, ...causeOf(body), ...(version === undefined ? {} : { version: printable(version) }) }
}
