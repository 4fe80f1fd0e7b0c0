import express, { type RequestHandler } from 'express'
import { compileCheck } from '../contract/check.ts'

/** The steps that read a JSON body and check it; a missing one counts as `{}`. */
export function jsonBody (schema: object): RequestHandler[] {
  const check = compileCheck(schema)
  return [
    express.json({ limit: '64kb' }),
    (request, _response, next) => {
      request.body ??= {}
      next(check(request.body))
    }
  ]
}
