import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { ValidationErrorItem } from 'joi'
import type { Services } from '../services.ts'
import type { Failure } from '../types/result.ts'

interface Detail {
  readonly field: string
  readonly message: string
}

/** An error that a client may see. */
export class HttpError extends Error {
  readonly status: number
  readonly code: string
  readonly details: readonly Detail[] | undefined

  constructor (status: number, code: string, message: string, details?: readonly Detail[]) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

export function validationError (items: readonly ValidationErrorItem[]): HttpError {
  return new HttpError(400, 'VALIDATION_FAILED', 'The request is not valid', items.map(({ path, message }) => ({ field: path.join('.'), message })))
}

const statusOf: Readonly<Record<Failure['kind'], number>> = {
  unauthenticated: 401, forbidden: 403, missing: 404, conflict: 409, precondition: 412, 'too-large': 413, range: 416, unprocessable: 422, unavailable: 503
}

/** Answers a rule's refusal. */
export function sendFailure (response: Response, { kind, code, message, field }: Failure): void {
  if (kind === 'unauthenticated') response.set('WWW-Authenticate', 'Bearer realm="aegis"')
  if (kind === 'unavailable') response.set('Retry-After', '30')
  response.status(statusOf[kind]).json({ error: { code, message, ...field !== undefined && { details: [{ field, message }] } } })
}

export function answerUnknownRoutes (): RequestHandler {
  return (request, response) => {
    response.status(404).json({ error: { code: 'ROUTE_NOT_FOUND', message: `There is no ${request.method} ${request.originalUrl.split('?')[0]}` } })
  }
}

/** The one error handler: known errors as they are, the rest as a 500 that tells nothing, but its stack while developing. */
export function answerErrors ({ log, web }: Services): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const { status, code, message, details } = toHttpError(error)
    if (status >= 500) log.error({ err: error, requestId: request.id }, 'a request failed')
    // After a timeout, what the handler does late is over and done with.
    if (response.writableEnded) return
    if (response.headersSent) return next(error)
    const stack = web.showStacks && status >= 500 && error instanceof Error ? { stack: error.stack } : {}
    response.status(status).json({ error: { code, message, ...details !== undefined && { details }, ...stack } })
  }
}

function toHttpError (error: unknown): HttpError {
  if (error instanceof HttpError) return error
  // Errors of Express and body-parser.
  const { type, status, message } = error as { type?: string, status?: number, message?: string }
  if (type === 'entity.parse.failed') return new HttpError(400, 'JSON_MALFORMED', 'The body is not valid JSON')
  if (type === 'entity.too.large') return new HttpError(413, 'BODY_TOO_LARGE', 'The body is larger than 10 MB')
  if (type === 'encoding.unsupported') return new HttpError(415, 'ENCODING_UNSUPPORTED', 'Send the body without compression')
  if (status === 400) return new HttpError(400, 'REQUEST_MALFORMED', message ?? 'The request is malformed')
  return new HttpError(500, 'INTERNAL', 'Something went wrong on our side')
}
