import type { ServerResponse } from 'node:http'
import type { CutoverError } from '../errors.ts'

/** The body of an answer that the switch gives by itself. */
export function errorBody ({ code, message, statusCode }: CutoverError): string {
  return JSON.stringify({ statusCode, code, message })
}

/**
 * Answers with an error, or cuts the answer off when it has begun. The connection is closed where the request may not
 * have been read to its end.
 */
export function sendError (response: ServerResponse, error: CutoverError): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const body = errorBody(error)
  response.writeHead(error.statusCode ?? 500, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(response.req.complete ? {} : { connection: 'close' })
  })
  response.end(body)
}
