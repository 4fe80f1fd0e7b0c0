import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { JoiValidationError } from 'fastify-express-compat'
import fp from 'fastify-plugin'
import type { Failure } from '../../types/result.ts'

interface Detail {
  readonly field: string
  readonly message: string
}

declare module 'fastify' {
  interface FastifyReply {
    /** Answers a rule's refusal. */
    failure (failure: Failure): FastifyReply
    problem (status: number, code: string, message: string, details?: readonly Detail[]): FastifyReply
  }
}

const statusOf: Readonly<Record<Failure['kind'], number>> = {
  unauthenticated: 401, forbidden: 403, missing: 404, conflict: 409, precondition: 412, 'too-large': 413, range: 416, unprocessable: 422, unavailable: 503
}

/** The one shape of errors: `{ error: { code, message, details? } }`, from rules, from Fastify and from bugs alike. */
export default fp<{ showStacks: boolean }>(async (app, { showStacks }) => {
  app.decorateReply('problem', function (status, code, message, details) {
    return this.code(status).send({ error: { code, message, ...details !== undefined && { details } } })
  })
  app.decorateReply('failure', function ({ kind, code, message, field }) {
    if (kind === 'unauthenticated') this.header('www-authenticate', 'Bearer realm="aegis"')
    if (kind === 'unavailable') this.header('retry-after', '30')
    return this.problem(statusOf[kind], code, message, field === undefined ? undefined : [{ field, message }])
  })
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, showStacks))
  app.setNotFoundHandler(answerUnknownRoute)
  // After those of Express, which see a broken percent-encoding before any route.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url === request.originalUrl) done()
    else reply.problem(400, 'REQUEST_MALFORMED', 'The path has a broken percent-encoding')
  })
  // An unknown route's body is nobody's: answered before it is parsed.
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) answerUnknownRoute(request, reply)
    else done()
  })
}, { name: 'errors', dependencies: ['requests'] })

export function answerUnknownRoute (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.problem(404, 'ROUTE_NOT_FOUND', `There is no ${request.method} ${request.originalUrl.split('?')[0]}`)
}

function answerError (error: FastifyError, request: FastifyRequest, reply: FastifyReply, showStacks: boolean): FastifyReply {
  if (error instanceof JoiValidationError) return reply.problem(400, 'VALIDATION_FAILED', 'The request is not valid', error.details.map(({ path, message }) => ({ field: path.join('.'), message })))
  // Fastify would close the connection, and a client that still sends would never read why.
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return reply.removeHeader('connection').problem(413, 'BODY_TOO_LARGE', 'The body is larger than 10 MB')
  if (error.code === 'JSON_MALFORMED') return reply.problem(400, error.code, error.message)
  if (error.statusCode === 400) return reply.problem(400, 'REQUEST_MALFORMED', error.message)
  request.log.error({ err: error }, 'a request failed')
  if (showStacks) return reply.code(500).send({ error: { code: 'INTERNAL', message: 'Something went wrong on our side', stack: error.stack } })
  return reply.problem(500, 'INTERNAL', 'Something went wrong on our side')
}
