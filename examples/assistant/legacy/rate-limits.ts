import { rateLimit, type Store } from 'express-rate-limit'
import type { Request, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { tooManyRequests } from '../contract/problems.ts'
import { addressKey, limitHeaders, type RateLimit } from '../domain/rate-limits.ts'
import type { Services } from '../services.ts'
import { sendProblem } from './errors.ts'

/** All requests of an address; says nothing until it is reached. */
export function limitAll ({ rateLimits, log }: Services): RequestHandler {
  return limited(rateLimits.global, log, byAddress, false)
}

/** Registrations and sign-ins of an address. */
export function limitSignIns ({ rateLimits, log }: Services): RequestHandler {
  return limited(rateLimits.signIn, log, byAddress)
}

/** Generations of a user; comes behind `authenticate`. */
export function limitGenerations ({ rateLimits, log }: Services): RequestHandler {
  return limited(rateLimits.generate, log, request => request.identity.userId)
}

function byAddress (request: Request): string {
  return addressKey(request.ip)
}

function limited (rule: RateLimit, log: Logger, keyOf: (request: Request) => string, announced = true): RequestHandler {
  return rateLimit({
    windowMs: rule.windowMs,
    limit: rule.limit,
    store: storeOf(rule),
    keyGenerator: request => `${rule.name}:${keyOf(request)}`,
    standardHeaders: announced ? 'draft-6' : false,
    legacyHeaders: false,
    passOnStoreError: rule.whenDown === 'pass',
    logger: { warn: error => log.warn({ err: error }, 'a rate limit is set wrongly'), error: error => log.warn({ err: error }, 'a request was not counted') },
    handler (request, response) {
      const { resetTime } = (request as Request & { rateLimit: { resetTime: Date } }).rateLimit
      sendProblem(response, tooManyRequests(announced ? {} : limitHeaders(rule, { hits: rule.limit + 1, resetMs: resetTime.getTime() - Date.now() })))
    }
  })
}

/** Our counters as the library wants them. */
function storeOf ({ counters, windowMs }: RateLimit): Store {
  return {
    async increment (key) {
      const { hits, resetMs } = await counters.hit(key, windowMs)
      return { totalHits: hits, resetTime: new Date(Date.now() + resetMs) }
    },
    decrement () {},
    resetKey () {}
  }
}
