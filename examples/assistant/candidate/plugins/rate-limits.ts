import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { tooManyRequests } from '../../contract/problems.ts'
import { addressKey, limitHeaders, type RateLimit, type RateLimits } from '../../domain/rate-limits.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** An onRequest hook: registrations and sign-ins of an address. */
    limitSignIns: onRequestAsyncHookHandler
    /** An onRequest hook behind `authenticate`: generations of a user. */
    limitGenerations: onRequestAsyncHookHandler
  }
}

/**
 * The limits, on the counters of legacy. `@fastify/rate-limit` is not used: a route of its has one limit, not the one of all
 * requests and one of its own.
 */
export default fp<{ rateLimits: RateLimits }>(async (app, { rateLimits }) => {
  const all = limited(rateLimits.global, byAddress, false)
  app.addHook('onRequest', async function (request, reply) {
    if (request.routeOptions.url !== '/health') return await all.call(this, request, reply)
  })
  app.decorate('limitSignIns', limited(rateLimits.signIn, byAddress))
  app.decorate('limitGenerations', limited(rateLimits.generate, request => request.identity.userId))
}, { name: 'rate-limits', dependencies: ['authentication'] })

function byAddress (request: FastifyRequest): string {
  return addressKey(request.ip)
}

function limited (rule: RateLimit, keyOf: (request: FastifyRequest) => string, announced = true): onRequestAsyncHookHandler {
  return async (request, reply) => {
    let count: { readonly hits: number, readonly resetMs: number }
    try {
      count = await rule.counters.hit(`${rule.name}:${keyOf(request)}`, rule.windowMs)
    } catch (error) {
      if (rule.whenDown === 'refuse') throw error
      request.log.warn({ err: error }, 'a request was not counted')
      return
    }
    const exceeded = count.hits > rule.limit
    if (!announced && !exceeded) return
    reply.headers(limitHeaders(rule, count))
    if (exceeded) return reply.problem(tooManyRequests())
  }
}
