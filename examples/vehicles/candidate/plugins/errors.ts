import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Failure } from '../../types/result.ts'
import { ValidationFailure, type Detail } from './joi-messages.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Answers a rule's refusal. */
    failure (failure: Failure): FastifyReply
    problem (status: number, code: string, message: string, details?: readonly Detail[]): FastifyReply
  }
}

const statusOf: Readonly<Record<Failure['kind'], number>> = { unauthenticated: 401, missing: 404, conflict: 409, unprocessable: 422, unavailable: 503 }

/** The one shape of errors: `{ error: { code, message, details? } }`, from rules, from Fastify and from bugs alike. */
export default fp(async app => {
  app.decorateReply('problem', function (status, code, message, details) {
    return this.code(status).send({ error: { code, message, ...details !== undefined && { details } } })
  })
  app.decorateReply('failure', function ({ kind, code, message, field }) {
    if (kind === 'unauthenticated') this.header('www-authenticate', 'Bearer realm="vehicles"')
    if (kind === 'unavailable') this.header('retry-after', '30')
    return this.problem(statusOf[kind], code, message, field === undefined ? undefined : [{ field, message }])
  })
  app.setErrorHandler(answerError)
  app.setNotFoundHandler(answerUnknownRoute)
  // An unknown route's body is nobody's: answered before it is parsed, and after the hooks of the scope it is in.
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) answerUnknownRoute(request, reply)
    else done()
  })
}, { name: 'errors', dependencies: ['requests'] })

export function answerUnknownRoute (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.problem(404, 'ROUTE_NOT_FOUND', `There is no ${request.method} ${request.originalUrl.split('?')[0]}`)
}

/** Errors before routing. `rewriteUrl` leaves none that a client can cause; if one comes, it has the usual shape. */
export function answerFrameworkError (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.code(error.statusCode ?? 500).send({ error: { code: 'REQUEST_MALFORMED', message: error.message } })
}

function answerError (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ValidationFailure) {
    const malformed = error.validationContext === 'params' && request.url !== request.originalUrl ? malformedParameter(request) : undefined
    if (malformed !== undefined) return reply.problem(400, 'REQUEST_MALFORMED', malformed)
    return reply.problem(400, 'VALIDATION_FAILED', error.message, error.details)
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return reply.problem(413, 'BODY_TOO_LARGE', 'The body is larger than 16 kB')
  if (error.code === 'JSON_MALFORMED') return reply.problem(400, error.code, error.message)
  if (error.statusCode === 400) return reply.problem(400, 'REQUEST_MALFORMED', error.message)
  request.log.error({ err: error }, 'a request failed')
  return reply.problem(500, 'INTERNAL', 'Something went wrong on our side')
}

function malformedParameter (request: FastifyRequest): string | undefined {
  for (const value of Object.values(request.params as Record<string, string>)) {
    try {
      decodeURIComponent(value)
    } catch {
      return `Failed to decode param '${value}'`
    }
  }
  return undefined
}
