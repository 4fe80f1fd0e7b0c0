import type { preValidationAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { retryAfter, type RateLimits } from '../../domain/rate-limits.ts'
import { HttpException } from '../fastapi-compat.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** A preValidation hook behind `authorize`: counts the request, and refuses it when it is one too many. */
    limitRate: preValidationAsyncHookHandler
  }
  interface FastifyRequest {
    /** What a whole answer tells of the limit; set behind `limitRate`. */
    rateHeaders: Readonly<Record<string, string>>
  }
}

/** Requests of a key in a minute, over all servers. `@fastify/rate-limit` counts in its own stores, and has other headers. */
export default fp<{ rateLimits: RateLimits }>(async (app, { rateLimits }) => {
  app.decorateRequest('rateHeaders', null as unknown as Readonly<Record<string, string>>)
  app.decorate('limitRate', async request => {
    const { id, requestsPerMinute } = request.caller
    const counted = await rateLimits.hit(id)
    request.rateHeaders = { 'x-ratelimit-limit': String(requestsPerMinute), 'x-ratelimit-remaining': String(Math.max(0, requestsPerMinute - counted.count)) }
    if (counted.count > requestsPerMinute) throw new HttpException(429, 'Rate limit exceeded', { 'retry-after': String(retryAfter(counted)), ...request.rateHeaders })
  })
}, { name: 'rate-limits', dependencies: ['authentication'] })
