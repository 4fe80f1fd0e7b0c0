import { randomUUID } from 'node:crypto'
import etag from 'etag'
import fresh from 'fresh'
import { Hono, type Context } from 'hono'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { helmetHeaders } from '../helmet-headers.ts'
import type { Services } from '../services.ts'
import type { Failure } from '../types/result.ts'

interface Bindings {
  Variables: { requestId: string, userId: string }
}

const wellFormed = /^[\w.:+/=-]{1,128}$/
const refused: Readonly<Record<Failure['kind'], 401 | 404 | 409 | 422 | 503>> = { unauthenticated: 401, missing: 404, conflict: 409, unprocessable: 422, unavailable: 503 }

/**
 * A third face, with Hono, for the routes that `cutover bench` measures: `GET /health` and `GET /api/vehicles`. Rules,
 * data, tokens and log are those of the other faces, and so are its answers.
 */
export function buildApp ({ log, corsOrigins, tokens, vehicles, liveness }: Services): Hono<Bindings> {
  const app = new Hono<Bindings>()
  const security = Object.entries(helmetHeaders({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }))

  app.use(createMiddleware<Bindings>(async (context, next) => {
    const began = performance.now()
    const given = context.req.header('x-request-id')
    const requestId = given !== undefined && wellFormed.test(given) ? given : randomUUID()
    context.set('requestId', requestId)
    context.header('X-Request-Id', requestId)
    for (const [name, value] of security) context.header(name, value)
    await next()
    log.info({ requestId, method: context.req.method, url: context.req.path, status: context.res.status, duration: Math.round((performance.now() - began) * 1000) / 1000 }, 'request')
  }))
  app.use(cors({
    origin: [...corsOrigins],
    allowMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
    exposeHeaders: ['ETag, Location, X-Request-Id'],
    maxAge: 600
  }))

  app.get('/health', context => {
    context.header('Cache-Control', 'no-store')
    return json(context, liveness())
  })

  app.use('/api/vehicles', createMiddleware<Bindings>(async (context, next) => {
    context.header('Cache-Control', 'private, no-cache')
    const user = tokens.authenticate(context.req.header('authorization'))
    if (!user.ok) return failure(context, user.failure)
    context.set('userId', user.value)
    return await next()
  }))
  app.get('/api/vehicles', async context => json(context, { vehicles: await vehicles.list(context.get('userId')) }))

  app.notFound(context => json(context, { error: { code: 'ROUTE_NOT_FOUND', message: `There is no ${context.req.method} ${context.req.path}` } }, 404))
  app.onError((error, context) => {
    log.error({ err: error, requestId: context.get('requestId') }, 'a request failed')
    return json(context, { error: { code: 'INTERNAL', message: 'Something went wrong on our side' } }, 500)
  })
  return app
}

/** Answers JSON with a weak entity tag, or 304 to a client that has it. */
function json (context: Context<Bindings>, value: object, status: 200 | 401 | 404 | 409 | 422 | 500 | 503 = 200): Response {
  const body = JSON.stringify(value)
  const tag = etag(body, { weak: true })
  context.header('ETag', tag)
  if (status === 200 && fresh(context.req.header(), { etag: tag })) return context.body(null, 304)
  context.header('Content-Type', 'application/json; charset=utf-8')
  context.header('Content-Length', String(Buffer.byteLength(body)))
  return context.body(body, status)
}

function failure (context: Context<Bindings>, { kind, code, message, field }: Failure): Response {
  if (kind === 'unauthenticated') context.header('WWW-Authenticate', 'Bearer realm="vehicles"')
  if (kind === 'unavailable') context.header('Retry-After', '30')
  return json(context, { error: { code, message, ...field !== undefined && { details: [{ field, message }] } } }, refused[kind])
}
