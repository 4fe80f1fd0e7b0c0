import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { kThrown, type MarkedReply } from './answer/marks.ts'
import { kRouteRows, type Compat } from './compat.ts'
import { routeRows } from './options.ts'
import { predecessorsOf, orderConstraint } from './routing/order.ts'
import type { RoutePattern } from './routing/matching.ts'
import { compilePattern } from './routing/pattern.ts'
import { kMiddleware } from './static.ts'
import type { Rows } from './table.ts'

/** Looks at every route as it is registered, and changes what rows ask for. */
export function createRouteHook (compat: Compat, patterns: Map<string, RoutePattern>) {
  const { rows } = compat
  const mounts = new Set<string>()
  return function onRoute (this: FastifyInstance, route: RouteOptions & { routePath: string, path: string, prefix: string }): void {
    const wildcardOf = (route.config as { [kWildcard]?: boolean } | undefined)?.[kWildcard]

    const own = rowsOfRoute(compat, route)
    const original = { ...route }
    const automaticHead = removeHeadHook(route, own)
    const middleware = (route.config as { [kMiddleware]?: boolean } | undefined)?.[kMiddleware] === true
    if (rows.emptyWildcards && rows.trailingSlash && wildcardOf === undefined && !automaticHead && !middleware && /.\/\*$/.test(route.url)) addEmptyWildcard(this, original)
    const matching = { caseSensitive: !rows.caseInsensitive, strict: !rows.trailingSlash, major: compat.major }
    const pattern = compilePattern(route.url, matching)
    if (route.prefix.includes(':') && !mounts.has(route.prefix)) {
      mounts.add(route.prefix)
      compat.routes.push({ methods: [], url: route.prefix, pattern: compilePattern(route.prefix, { ...matching, mount: true }), middleware: false })
    }
    const mounted = route.prefix === ''
      ? {}
      : { mounted: { mount: compilePattern(route.prefix, { ...matching, mount: true }).regexp, inner: compilePattern(route.routePath || '/', matching).regexp } }
    patterns.set(route.url, { ...pattern, ...mounted })
    const known = { methods: ([] as string[]).concat(route.method), url: route.url, pattern, middleware }
    const earlier = rows.routeOrder ? automaticHead ? compat.routes.slice(0, -1) : compat.routes : []
    const before = predecessorsOf(earlier, known, wildcardOf === undefined ? undefined : /\/$/)
    if (before !== undefined) route.constraints = { ...route.constraints, [orderConstraint]: before }
    if (!automaticHead && wildcardOf === undefined) compat.routes.push(known)
    if (own.fullResponse && hasResponseSchema(route)) route.serializerCompiler = () => data => JSON.stringify(data)
    if (own.rawInput && hasInputSchema(route)) keepInput(route)
    if (own.asyncReply || own.rejectedNothing || own.statusNumber || own.emptySend || own.nullBody) route.handler = waitForReply(route.handler, own)
  }
}

const kWildcard = Symbol('expressCompat.wildcard')

/** Where a slash at the end is ignored, Fastify's tree never sees the empty rest of `/tree/`: a second route takes it. */
function addEmptyWildcard (fastify: FastifyInstance, route: RouteOptions & { routePath: string }): void {
  const config = { ...route.config, [kWildcard]: true }
  fastify.route({ ...route, url: route.routePath.slice(0, -1), config } as RouteOptions)
}

function rowsOfRoute (compat: Compat, route: RouteOptions): Rows {
  const overrides = route.config?.expressCompat
  if (overrides === undefined) return compat.rows
  const rows = routeRows(compat.rows, overrides as Record<string, boolean>, route.url)
  route.config = { ...route.config, [kRouteRows]: rows } as NonNullable<RouteOptions['config']>
  compat.perRoute = true
  return rows
}

/** Fastify's own HEAD routes drop the body before an entity tag can be computed from it. Tells whether this is one. */
function removeHeadHook (route: RouteOptions, rows: Rows): boolean {
  if (route.method !== 'HEAD' || route.onSend === undefined) return false
  const hooks = [route.onSend].flat()
  const kept = hooks.filter(hook => hook.name !== 'headRouteOnSendHandler')
  if (kept.length === hooks.length) return false
  if (rows.headMethod) route.onSend = kept as NonNullable<RouteOptions['onSend']>
  return true
}

function hasResponseSchema (route: RouteOptions): boolean {
  return (route.schema as { response?: unknown } | undefined)?.response !== undefined
}

function hasInputSchema (route: RouteOptions): boolean {
  const schema = route.schema as Record<string, unknown> | undefined
  return schema !== undefined && ['body', 'querystring', 'query', 'params'].some(part => schema[part] !== undefined)
}

const kInput = Symbol('expressCompat.input')

/** Validation changes input in place: the handler gets a copy that was taken before. */
function keepInput (route: RouteOptions): void {
  type Kept = FastifyRequest & { [kInput]?: Pick<FastifyRequest, 'body' | 'query' | 'params'> }
  const save = (request: Kept, _reply: FastifyReply, next: () => void): void => {
    request[kInput] = { body: copy(request.body), query: copy(request.query), params: copy(request.params) }
    next()
  }
  const restore = (request: Kept, _reply: FastifyReply, next: () => void): void => {
    Object.assign(request, request[kInput])
    next()
  }
  const list = (hooks: unknown) => hooks === undefined ? [] : [hooks].flat()
  route.preValidation = [...list(route.preValidation), save] as NonNullable<RouteOptions['preValidation']>
  route.preHandler = [restore, ...list(route.preHandler)] as NonNullable<RouteOptions['preHandler']>
}

function copy (value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  const copied: unknown = structuredClone(value)
  return Object.getPrototypeOf(value) === null ? Object.assign(Object.create(null) as object, copied) : copied
}

type Handler = RouteOptions['handler']

/**
 * An async handler that returns nothing has not sent yet. Returning the reply makes Fastify wait for it,
 * because a reply can be awaited.
 */
function waitForReply (handler: Handler, rows: Rows): Handler {
  return function expressHandler (this: unknown, request, reply) {
    let result: unknown
    try {
      result = (handler as (request: FastifyRequest, reply: FastifyReply) => unknown).call(this, request, reply)
    } catch (error) {
      (reply as MarkedReply)[kThrown] = true
      throw error
    }
    if (result === undefined || result === null || typeof (result as Promise<unknown>).then !== 'function' || result === reply) return result
    return (result as Promise<unknown>).then(
      value => value === undefined && rows.asyncReply && !reply.sent ? reply : value,
      (error: unknown) => {
        (reply as MarkedReply)[kThrown] = true
        throw error || !rows.rejectedNothing ? error : new Error('Rejected promise')
      })
  } as Handler
}
