import type { RequestHandler } from 'express'
import type { ObjectSchema } from 'joi'
import { validationError } from './errors.ts'

/** Checks a part of the request; every fault is told at once. Nothing is converted: numbers in a query are texts that look so. */
export function validate (part: 'body' | 'params' | 'query', schema: ObjectSchema): RequestHandler {
  return (request, _response, next) => {
    const { error } = schema.validate(request[part], { abortEarly: false, convert: false })
    next(error && validationError(error.details))
  }
}
