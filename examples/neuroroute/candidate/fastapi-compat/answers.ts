import type { FastifyReply, FastifyRequest } from 'fastify'
import { HttpException, RequestValidationError } from './faults.ts'
import { writeJson } from './json-writer.ts'
import { phrase } from './phrases.ts'

/** Statuses whose answers have no body. */
const isBodiless = (status: number) => status < 200 || status === 204 || status === 304

/** The error handler: what was raised, as FastAPI and Starlette answer it. */
export function answerError (error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  try {
    if (error instanceof HttpException) return answerException(error, reply)
    if (error instanceof RequestValidationError) return answerJson(reply, 422, { detail: error.faults })
  } catch (unserializable) {
    return answerUnhandled(unserializable, request, reply)
  }
  answerUnhandled(error, request, reply)
}

/** `http_exception_handler`. */
export function answerException (exception: HttpException, reply: FastifyReply): void {
  const { status, detail, headers } = exception
  const body = isBodiless(status) ? undefined : writeJson({ detail: detail === undefined ? phrase(status) : detail })
  for (const [name, value] of Object.entries(headers)) reply.header(name, value)
  if (body === undefined) reply.code(status).send()
  else sendJson(reply, status, body)
}

function answerJson (reply: FastifyReply, status: number, value: unknown): void {
  sendJson(reply, status, writeJson(value))
}

function sendJson (reply: FastifyReply, status: number, body: string): void {
  reply.code(status).header('content-type', 'application/json').send(body)
}

/** `ServerErrorMiddleware`, after which uvicorn closes the connection without saying so. */
function answerUnhandled (error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  request.log.error({ err: error }, 'unhandled error')
  reply.raw.shouldKeepAlive = false
  reply.code(500).header('content-type', 'text/plain; charset=utf-8').send('Internal Server Error')
}
