import type { FastifyInstance, FastifyReply, FastifyRequest, preValidationHookHandler, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { IncomingMessage } from 'node:http'
import { answerError, answerException } from './answers.ts'
import { HttpException, RequestValidationError } from './faults.ts'
import { httpDate } from './http-date.ts'
import { writeJson } from './json-writer.ts'
import { answerInvalidTarget, listenLikeUvicorn, responseToContinue } from './connections.ts'
import { isOther, phrase } from './phrases.ts'
import { redirectLocation } from './redirect.ts'
import { firstHeader, parseBody, readBody, UnreadableBody } from './request-body.ts'
import { compileRequest, type RequestSchemas } from './request-validation.ts'
import { RouteTable } from './route-table.ts'
import { destinationOf, rememberTable, splitTarget, type RoutedMessage } from './routed-message.ts'
import type { Schema } from './schema.ts'
import { compileSerializer } from './serializer.ts'

/** What may be said to the plugin. */
export interface FastapiCompatOptions {
  /** Addresses of proxies whose X-Forwarded-Proto is believed, as uvicorn's `--forwarded-allow-ips`; `*` for all. Default: 127.0.0.1 */
  readonly trustedProxies?: readonly string[]
  /** How many arrays and objects of a JSON body may be inside each other: Python's recursion limit less the frames above. Default: 967, of a bare FastAPI; each ASGI middleware takes one. */
  readonly jsonDepth?: number
  /** uvicorn closes the connection after `Internal Server Error`, since Starlette raises the error again. Default: true; false when a middleware catches it. */
  readonly closeOnError?: boolean
}

const JSON_TYPE = 'application/json'
const PLAIN_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:$|;)/

async function plugin (app: FastifyInstance, options: FastapiCompatOptions): Promise<void> {
  const { trustedProxies = ['127.0.0.1'], jsonDepth = 967, closeOnError = true } = options
  const proxies = new Set(trustedProxies)
  const table = new RouteTable()
  rememberTable(app.server, table)

  app.addHook('onRoute', route => {
    table.add([route.method].flat(), route.url)
    addValidation(route)
    if (!(route.schema?.response)) route.preSerialization = [...[route.preSerialization ?? []].flat(), writeWithoutSchema]
  })
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(({ schema }) => compileSerializer(schema as Schema))

  app.addHook('onRequest', (request, reply, done) => {
    const message = request.raw as RoutedMessage
    const destination = message[destinationOf]
    if (destination?.kind === 'invalid') {
      reply.hijack()
      answerInvalidTarget(reply.raw)
      return
    }
    if (destination?.kind === 'route' && destination.params) request.params = destination.params
    // Without it Node adds its own, in capitals.
    reply.raw.removeHeader('connection')
    if (message.httpVersion === '1.0') reply.raw.shouldKeepAlive = false
    reply.header('date', httpDate())
    const contentType = message.headers['content-type']
    if (contentType !== undefined && !PLAIN_TYPE.test(contentType)) hideFromFastify(message)
    done()
  })

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage, done: (error: Error | null, body?: unknown) => void) => {
    if (!request.routeOptions.schema?.body) {
      done(null)
      return
    }
    responseToContinue(request.raw)?.writeContinue()
    readBody(payload, request.routeOptions.bodyLimit, body => {
      done(null, Buffer.isBuffer(body) ? parseBody(body, firstHeader(request, 'content-type'), jsonDepth) : body)
    })
  })
  app.addHook('preValidation', (request, reply, done) => {
    if (request.body instanceof UnreadableBody) done(request.body.error)
    else done()
  })

  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, closeOnError))
  app.setNotFoundHandler((request, reply) => {
    const message = request.raw as RoutedMessage
    const destination = message[destinationOf]
    if (destination?.kind === 'method') return answerException(new HttpException(405, undefined, { allow: destination.allow }), reply)
    if (destination?.kind !== 'redirect') return answerException(new HttpException(404), reply)
    const query = splitTarget(message.originalUrl ?? '/')?.query ?? ''
    reply.code(307).header('content-length', '0').header('location', redirectLocation(message, destination.path, query, proxies)).send()
  })

  let closing = false
  app.addHook('preClose', done => {
    closing = true
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const type = reply.getHeader('content-type')
    if (type === 'application/json; charset=utf-8') reply.header('content-type', JSON_TYPE)
    if (isStream(payload) && !reply.hasHeader('content-length')) reply.header('transfer-encoding', 'chunked')
    if (request.raw.headers.connection === 'close') reply.header('connection', 'close')
    if (closing) reply.raw.shouldKeepAlive = false
    const { statusCode } = reply.raw
    if (statusCode >= 400 && isOther(statusCode)) reply.raw.statusMessage = phrase(statusCode)
    done(null, payload)
  })
  listenLikeUvicorn(app)
}

/** Validation comes last of the `preValidation` hooks, and sees all parts of the request at once. */
function addValidation (route: RouteOptions): void {
  const validate = compileRequest((route.schema ?? {}) as RequestSchemas)
  if (!validate) return
  const hook: preValidationHookHandler = (request, reply, done) => {
    let faults
    try {
      faults = validate(request)
    } catch (error) {
      done(error as Error)
      return
    }
    if (faults.length === 0) done()
    else done(new RequestValidationError(faults))
  }
  route.preValidation = [...[route.preValidation ?? []].flat(), hook]
}

function writeWithoutSchema (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: (error: null, payload: unknown) => void): void {
  reply.serializer(writeJson)
  done(null, payload)
}

/** Fastify would refuse the request for a content type that FastAPI merely does not take for JSON. */
function hideFromFastify (message: IncomingMessage): void {
  message.headers['content-type'] = 'application/octet-stream'
}

function isStream (payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && ('pipe' in payload || 'getReader' in payload)
}

/** The plugin; see ../fastapi-compat.ts. */
export const fastapiCompat = fp(plugin, { name: 'fastapi-compat', fastify: '5.x' })
