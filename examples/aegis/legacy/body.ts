import express, { type RequestHandler } from 'express'
import { HttpError } from './errors.ts'

/** The steps that read a JSON body of at most 10 MB; a missing one counts as `{}`. */
export const jsonBody: RequestHandler[] = [
  requireJson(),
  express.json({ limit: '10mb', inflate: false, strict: true }),
  (request, _response, next) => {
    request.body ??= {}
    next()
  }
]

function requireJson (): RequestHandler {
  return (request, _response, next) => {
    const type = request.headers['content-type']
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
    if (!hasBody) return next()
    if (!request.is('application/json') || /charset=(?!"?utf-8"?(;|\s|$))/i.test(type ?? '')) {
      return next(new HttpError(415, 'MEDIA_TYPE_UNSUPPORTED', 'Send the body as application/json in UTF-8'))
    }
    next()
  }
}
