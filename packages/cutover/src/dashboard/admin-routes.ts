import type { FastifyInstance, FastifySchema, HTTPMethods } from 'fastify'
import { Type } from 'typebox'
import type { ExplainRequest, RecordRequest, RollbackRequest, ShadowRequest, ShareRequest, StatusResponse } from '../config/admin-api.ts'
import type { Cause, Control } from '../config/control.ts'
import { parseShare } from '../config/units.ts'
import { fault } from '../errors.ts'
import { prometheusContentType } from '../metrics/prometheus.ts'
import type { RolloutControl } from '../rollout/rollout-control.ts'
import { rolloutWho } from '../rollout/state.ts'
import type { Observation } from '../switch/observe/observation.ts'

/** What the admin listener tells and changes. */
export interface AdminPorts {
  readonly control: Control
  /** Recording and shadowing; their routes are not there without. */
  readonly observation?: Observation
  /** Rollouts; their routes are not there without. */
  readonly rollout?: RolloutControl
  status (): StatusResponse
  /** In Prometheus' text format. */
  metricsText (): string
}

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const mostChanges = 1000

const who = Type.Optional(Type.String({ maxLength: 200 }))
const why = Type.Optional(Type.String({ maxLength: 1000 }))
const feature = Type.String({ minLength: 1, maxLength: 100 })
const closed = { additionalProperties: false }
const schemas = {
  share: { body: Type.Object({ share: Type.String({ maxLength: 32 }), who, why }, closed) },
  record: {
    body: Type.Object({
      share: Type.String({ maxLength: 32 }),
      features: Type.Optional(Type.Array(feature, { minItems: 1, maxItems: 1000 })),
      seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 604_800 })),
      folder: Type.Optional(Type.String({ pattern: '^(/|[A-Za-z]:[\\\\/])[^\0]*$', maxLength: 4096 }))
    }, closed)
  },
  shadow: { body: Type.Object({ share: Type.String({ maxLength: 32 }) }, closed) },
  rollback: { body: Type.Object({ feature: Type.Optional(feature), who, why }, closed) },
  explain: {
    body: Type.Object({
      method: Type.String({ pattern: '^[!#$%&\'*+.^_`|~0-9A-Za-z-]{1,32}$' }),
      url: Type.String({ pattern: '^/', maxLength: 8192 }),
      headers: Type.Optional(Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 8192 })))
    }, closed)
  }
} satisfies Record<string, FastifySchema>

type Asked<T extends { who: string, why: string }> = Omit<T, 'who' | 'why'> & Partial<Pick<T, 'who' | 'why'>>

/** Adds the routes of the admin API, each refusing other methods. Authorization is not theirs. */
export function addAdminRoutes (app: FastifyInstance, { control, observation, status, metricsText }: AdminPorts): void {
  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get('/api/status', async () => status())

  app.get('/metrics', async (_request, reply) => {
    reply.type(prometheusContentType)
    return metricsText()
  })

  app.put<{ Params: { name: string }, Body: Asked<ShareRequest> }>('/api/features/:name/share', { schema: schemas.share }, async ({ params, body }) => {
    const share = parseShare(body.share)
    if (share === undefined) throw fault('CUT_SHARE_INVALID', printable(body.share))
    return await control.setShare(params.name, share, causeOf(body))
  })

  app.post<{ Body: Asked<RollbackRequest> }>('/api/rollback', { schema: schemas.rollback }, async ({ body }) =>
    await control.rollback(body.feature, causeOf(body)))

  app.get<{ Querystring: { limit?: string | string[] } }>('/api/journal', async ({ query }) =>
    await control.history(limitOf(query.limit)))

  app.post<{ Body: ExplainRequest }>('/api/explain', { schema: schemas.explain }, async ({ body: { method, url, headers = {} } }) => {
    const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    return control.explain({ method: method.toUpperCase(), url, headers: lowered })
  })

  if (observation !== undefined) addObservationRoutes(app, observation)

  refuseOtherMethods(app, {
    '/healthz': ['GET', 'HEAD'],
    '/metrics': ['GET', 'HEAD'],
    '/api/status': ['GET', 'HEAD'],
    '/api/journal': ['GET', 'HEAD'],
    '/api/features/:name/share': ['PUT'],
    '/api/rollback': ['POST'],
    '/api/explain': ['POST']
  })
}

function addObservationRoutes (app: FastifyInstance, observation: Observation): void {
  app.get('/api/record', async () => observation.recordStatus())

  app.post<{ Body: RecordRequest }>('/api/record', { schema: schemas.record }, async ({ body }) =>
    await observation.startRecording({ ...body, share: printable(body.share) }))

  app.delete('/api/record', async () => await observation.stopRecording())

  app.get('/api/shadow', async () => observation.shadowReport())

  app.put<{ Body: ShadowRequest }>('/api/shadow', { schema: schemas.shadow }, async ({ body }) =>
    observation.setShadow({ share: printable(body.share) }))

  refuseOtherMethods(app, { '/api/record': ['GET', 'HEAD', 'POST', 'DELETE'], '/api/shadow': ['GET', 'HEAD', 'PUT'] })
}

/** Adds routes that refuse every method but those that a URL takes. */
export function refuseOtherMethods (app: FastifyInstance, allowed: Readonly<Record<string, readonly HTTPMethods[]>>): void {
  for (const [url, known] of Object.entries(allowed)) {
    app.route({
      method: methods.filter(method => !known.includes(method)),
      url,
      // Before a body is read: what it holds does not matter.
      onRequest: async (request, reply) => {
        await reply.code(405).header('allow', known.join(', '))
          .send({ code: 'METHOD_NOT_ALLOWED', message: `${url} does not take ${request.method}, only ${known.join(', ')}.` })
      },
      handler: async () => {}
    })
  }
}

/** Who asks, and why, as the journal is to have it. Nobody passes for a rollout. */
export function causeOf ({ who = '', why = '' }: { who?: string, why?: string }): Cause {
  const name = printable(who) || 'admin'
  return { who: name === rolloutWho ? `admin:${name}` : name, why: printable(why) }
}

/** Text from outside as one harmless line: no control characters, no reversal of the reading direction. */
export function printable (text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim()
}

function limitOf (text: string | string[] | undefined): number {
  if (text === undefined) return 50
  const limit = typeof text === 'string' && /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > mostChanges) throw fault('CUT_BAD_REQUEST', `limit is a number from 1 to ${mostChanges}`)
  return limit
}
