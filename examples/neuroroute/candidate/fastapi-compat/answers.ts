import type { FastifyReply, FastifyRequest } from 'fastify'
import { HttpException, RequestValidationError } from './faults.ts'
import { writeJson } from './json-writer.ts'
import { phrase } from './phrases.ts'

/** Statuses whose answers have no body. */
const isBodiless = (status: number) => status < 200 || status === 204 || status === 304

/** The error handler: what was raised, as FastAPI and Starlette answer it. */
export function answerError (error: unknown, request: FastifyRequest, reply: FastifyReply, closeOnError: boolean): void {
  try {
    if (error instanceof HttpException) return answerException(error, reply)
    if (error instanceof RequestValidationError) return answerJson(reply, 422, { detail: error.faults })
  } catch (unserializable) {
    return answerUnhandled(unserializable, request, reply, closeOnError)
  }
  answerUnhandled(error, request, reply, closeOnError)
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
  sendText(reply, status, 'application/json', body)
}

/** `ServerErrorMiddleware`, after which uvicorn closes the connection without saying so. */
function answerUnhandled (error: unknown, request: FastifyRequest, reply: FastifyReply, close: boolean): void {
  request.log.error({ err: error }, 'unhandled error')
  if (close) reply.raw.shouldKeepAlive = false
  sendText(reply, 500, 'text/plain; charset=utf-8', 'Internal Server Error')
}

/** A serializer of its own keeps Fastify from adding a charset, and from writing the text with the one that just failed. */
function sendText (reply: FastifyReply, status: number, type: string, text: string): void {
  reply.serializer(String).code(status).header('content-type', type).send(text)
}
