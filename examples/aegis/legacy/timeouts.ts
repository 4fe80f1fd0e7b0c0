import type { Request, RequestHandler } from 'express'

const kTimer = Symbol('timer')

interface TimedRequest extends Request {
  [kTimer]?: NodeJS.Timeout
}

/**
 * Answers 503 when no answer has begun in time.
 * @param milliseconds until then
 */
export function limitTime (milliseconds: number): RequestHandler {
  return (request: TimedRequest, response, next) => {
    const timer = setTimeout(() => {
      if (response.headersSent) return
      response.set('Retry-After', '30').status(503).json({ error: { code: 'REQUEST_TIMEOUT', message: 'The answer took too long' } })
    }, milliseconds)
    request[kTimer] = timer
    response.once('close', () => clearTimeout(timer))
    next()
  }
}

/** For routes that stream: they take as long as their bytes take. */
export function unlimitedTime (): RequestHandler {
  return (request: TimedRequest, _response, next) => {
    clearTimeout(request[kTimer])
    next()
  }
}
