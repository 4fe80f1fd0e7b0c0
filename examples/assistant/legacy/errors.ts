import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { problemOfError, problemOfFailure, unknownRoute, type Problem } from '../contract/problems.ts'
import type { Services } from '../services.ts'
import type { Failure } from '../types/result.ts'

export function sendProblem (response: Response, { status, headers, body }: Problem): void {
  response.status(status).set({ ...headers }).json(body)
}

/** Answers a rule's refusal. */
export function sendFailure (response: Response, failure: Failure): void {
  sendProblem(response, problemOfFailure(failure))
}

export function answerUnknownRoutes (): RequestHandler {
  return (request, response) => {
    sendProblem(response, unknownRoute(request.method, request.originalUrl))
  }
}

/** The one error handler: known errors as they are, the rest as a 500. */
export function answerErrors ({ log, exposeErrors }: Services): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const problem = problemOfError(error, { expose: exposeErrors })
    if (problem.status >= 500) log.error({ err: error, requestId: request.id }, 'a request failed')
    sendProblem(response, problem)
  }
}
