import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { createServer, type Server } from 'node:http'
import parseUrl from 'parseurl'
import { createHeader, createRemoveHeader, createType } from './answer/headers.ts'
import { createSend } from './answer/send.ts'
import { kPlain, type MarkedReply } from './answer/marks.ts'
import { BodyReader } from './body/parse.ts'
import { rowsOf, type Compat } from './compat.ts'
import { errorPage, notFoundPage, sendPage } from './errors/page.ts'
import { fault } from './errors.ts'
import { missingOptions, rememberCompat } from './factory.ts'
import { loadLibraries } from './libraries.ts'
import { resolveRows, type ExpressCompatOptions } from './options.ts'
import { decorateReply } from './reply/decorate.ts'
import { compileTrust } from './request/address.ts'
import { createArrival } from './request/arrive.ts'
import { decorateRequest } from './request/decorate.ts'
import { createRouteHook } from './routes.ts'
import { allowedMethods } from './routing/known-route.ts'
import { orderConstraint, orderStrategy } from './routing/order.ts'
import type { RoutePattern } from './routing/matching.ts'
import { createStatic } from './static.ts'
import { rowNames, type RowName, type Rows } from './table.ts'

const pipelineRows: readonly RowName[] = [
  'poweredBy', 'headerCase', 'etag', 'notModified', 'htmlStrings', 'stringCharset', 'nullBody', 'emptySend', 'bodylessStatus', 'objectWithType',
  'binaryViews', 'oddTypes', 'headerBytes', 'transferEncoding', 'statusNumber', 'bodyErrorsKeepAlive', 'draining'
]
const arrivalRows: readonly RowName[] = ['queryParser', 'paramsPrototype', 'missingBody', 'encodedPaths', 'emptyParameters', 'asteriskTarget', 'doubleRoot', 'mountedTargets', 'mountedSlashes', 'invalidTypes', 'bodiesOnGet', 'bodiesOnOthers', 'fresh']
const parserRows: readonly RowName[] = [
  'emptyJson', 'unknownTypes', 'textBodies', 'formBodies', 'bodyLimit', 'strictJson', 'protoKeys', 'compressedBodies', 'bodyCharsets', 'parserMessages', 'missingBody'
]
const routeHookRows: readonly RowName[] = ['routeOrder', 'headMethod', 'optionsMethod', 'fullResponse', 'rawInput', 'asyncReply', 'rejectedNothing', 'encodedPaths', 'emptyParameters', 'emptyWildcards', 'doubleRoot', 'mountedTargets', 'mountedSlashes', 'frameworkErrors']

async function install (fastify: FastifyInstance, options: ExpressCompatOptions): Promise<void> {
  const rows = resolveRows(options)
  if (!rowNames.some(name => rows[name])) return
  checkFactory(fastify, rows, options)
  const major = options.express ?? 5
  const compat: Compat = {
    rows,
    major,
    settings: options,
    libraries: loadLibraries(major),
    trust: compileTrust(options.trust),
    production: (options.env ?? process.env.NODE_ENV) === 'production',
    routes: [],
    perRoute: false,
    closing: false,
    reader: undefined
  }
  const any = (names: readonly RowName[]) => names.some(name => rows[name])
  const patterns = new Map<string, RoutePattern>()
  const reader = new BodyReader(compat, fastify.initialConfig.bodyLimit ?? 1_048_576)
  compat.reader = reader
  rememberCompat(fastify.server, compat)
  installReply(fastify, compat, any)
  decorateRequest(fastify, compat)
  if (any(parserRows)) installParsers(fastify, compat, reader)
  if (any(arrivalRows)) fastify.addHook('onRequest', createArrival(compat, reader, patterns))
  if ((rows.routeOrder || rows.emptyWildcards) && !fastify.hasConstraintStrategy(orderConstraint)) fastify.addConstraintStrategy(orderStrategy as never)
  if (any(routeHookRows)) fastify.addHook('onRoute', createRouteHook(compat, patterns))
  installErrors(fastify, compat)
  if (rows.keepAlive) fastify.server.keepAliveTimeout = nodeKeepAlive()
  if (rows.draining) fastify.addHook('preClose', done => { compat.closing = true; done() })
  if (rows.static) fastify.decorate('expressStatic', createStatic(compat))
}

function installReply (fastify: FastifyInstance, compat: Compat, any: (names: readonly RowName[]) => boolean): void {
  const { rows } = compat
  if (any(pipelineRows)) fastify.decorateReply('send', createSend(compat) as never)
  if (any(['headerCase', 'setCookieReplaced', 'headerChecked', 'headerBytes', 'headerText', 'typeCharset', 'poweredBy', 'bodyErrorsKeepAlive'])) {
    fastify.decorateReply('header', createHeader(compat) as never)
    fastify.decorateReply('removeHeader', createRemoveHeader() as never)
  }
  if (any(['typeNames', 'typeCharset'])) fastify.decorateReply('type', createType(compat) as never)
  decorateReply(fastify, compat, rows)
}

function installParsers (fastify: FastifyInstance, compat: Compat, reader: BodyReader): void {
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('*', (request, _payload, done) => {
    reader.read(request, rowsOf(compat, request), done)
  })
}

function installErrors (fastify: FastifyInstance, compat: Compat): void {
  const { rows } = compat
  if (rows.errorPage || rows.thrownNothing || rows.errorStatus) {
    const fastifyHandler = fastify.errorHandler
    fastify.setErrorHandler(function (error: FastifyError | undefined, request, reply) {
      const own = rowsOf(compat, request)
      if (!error && own.thrownNothing) return sendPage(notFoundPage(request.raw), request, reply)
      if (!own.errorPage) return fastifyHandler.call(fastify, error as FastifyError, request, reply)
      const page = errorPage(error, reply.raw.statusCode, compat.production, own.errorStatus)
      request.log[page.status < 500 ? 'info' : 'error']({ err: error }, error?.message)
      sendPage(page, request, reply)
    })
  }
  if (rows.notFoundPage || rows.optionsMethod) {
    fastify.setNotFoundHandler((request, reply) => {
      if (request.raw.method === 'OPTIONS' && rows.optionsMethod && answerOptions(compat, request, reply)) return
      if (rows.notFoundPage) return sendPage(notFoundPage(request.raw), request, reply)
      reply.code(404).send({ message: `Route ${request.raw.method}:${request.raw.url} not found`, error: 'Not Found', statusCode: 404 })
    })
  }
}

function answerOptions (compat: Compat, request: FastifyRequest, reply: FastifyReply): boolean {
  const methods = allowedMethods(compat.routes, parseUrl(request.raw)?.pathname ?? '')
  if (methods.length === 0) return false
  if (compat.major === 4) {
    reply.header('Allow', methods.join(','))
    reply.send(methods.join(','))
    return true
  }
  const allow = methods.sort().join(', ')
  ;(reply as MarkedReply)[kPlain] = true
  reply.header('Allow', allow)
  reply.header('Content-Length', Buffer.byteLength(allow))
  reply.header('Content-Type', 'text/plain')
  reply.header('X-Content-Type-Options', 'nosniff')
  reply.send(allow)
  return true
}

function checkFactory (fastify: FastifyInstance, rows: Rows, options: ExpressCompatOptions): void {
  const lacking = missingOptions(rows, fastify.initialConfig as never, fastify.server)[0]
  if (lacking !== undefined) throw fault('EXC_FACTORY', lacking, String(options.express ?? 5))
}

let keepAlive: number | undefined
function nodeKeepAlive (): number {
  keepAlive ??= (createServer() as Server).keepAliveTimeout
  return keepAlive
}

/**
 * The plugin: `await app.register(expressCompat, { express: 5 })`.
 * Answers as that version of Express does, row by row; see `rowTable`.
 * Throws EXC_VERSION, EXC_UNKNOWN_ROW, EXC_FACTORY and EXC_TRUST_PROXY while registering, EXC_ROUTE_ROW for a route.
 */
export const expressCompat = fp(install, { fastify: '5.x', name: 'fastify-express-compat' })
