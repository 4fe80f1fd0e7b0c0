import type { RequestHandler } from 'express'
import type { Tokens } from '../domain/tokens.ts'
import { sendFailure } from './errors.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** Who sent the request; set behind `authenticate`. */
    userId: string
  }
}

/** Lets requests with a valid token through. */
export function authenticate (tokens: Tokens): RequestHandler {
  return (request, response, next) => {
    const user = tokens.authenticate(request.headers.authorization)
    if (!user.ok) return sendFailure(response, user.failure)
    request.userId = user.value
    next()
  }
}
