import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { problemOfError, problemOfFailure, unknownRoute, type Problem } from '../../contract/problems.ts'
import type { Failure } from '../../types/result.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Answers a rule's refusal. */
    failure (failure: Failure): FastifyReply
    problem (problem: Problem): FastifyReply
  }
}

/** The one shape of errors, from rules, from Fastify and from bugs alike. */
export default fp<{ expose: boolean }>(async (app, { expose }) => {
  app.decorateReply('problem', function ({ status, headers, body }) {
    return this.code(status).headers(headers).send(body)
  })
  app.decorateReply('failure', function (failure) {
    return this.problem(problemOfFailure(failure))
  })
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOfError(error, { expose })
    if (problem.status >= 500) request.log.error({ err: error }, 'a request failed')
    return reply.problem(problem)
  })
  app.setNotFoundHandler(answerUnknownRoute)
  // An unknown route's body is nobody's: answered before it is parsed.
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) answerUnknownRoute(request, reply)
    else done()
  })
}, { name: 'errors', dependencies: ['requests'] })

function answerUnknownRoute (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.problem(unknownRoute(request.method, request.originalUrl))
}

/** Errors before routing. `rewriteUrl` leaves none that a client can cause; if one comes, it has the usual shape. */
export function answerFrameworkError (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.code(error.statusCode ?? 500).send({ error: { code: 'REQUEST_MALFORMED', message: error.message } })
}
