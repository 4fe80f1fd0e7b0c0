import type { RequestHandler } from 'express'
import type { Tokens } from '../domain/tokens.ts'
import type { Identity } from '../types/account.ts'
import { sendFailure } from './errors.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** Who sent the request; set behind `authenticate`. */
    identity: Identity
  }
}

/** Lets requests with a valid token through. */
export function authenticate (tokens: Tokens): RequestHandler {
  return (request, response, next) => {
    const identity = tokens.authenticate(request.headers.authorization)
    if (!identity.ok) return sendFailure(response, identity.failure)
    request.identity = identity.value
    next()
  }
}
