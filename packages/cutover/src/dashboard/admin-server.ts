import { STATUS_CODES } from 'node:http'
import { isIPv6, type AddressInfo } from 'node:net'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { ErrorResponse } from '../config/admin-api.ts'
import { fault, type CutoverError } from '../errors.ts'
import { addAdminRoutes, type AdminPorts } from './admin-routes.ts'
import { bearerCheck, hostCheck } from './guard.ts'
import { addRolloutRoutes } from './rollout-routes.ts'

export interface AdminOptions extends AdminPorts {
  readonly token: string
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly log: (event: { readonly level: 'info' | 'warn' | 'error', readonly message: string }) => void
}

/** The admin listener, listening. */
export interface AdminServer {
  /** Without a trailing slash; for a host that means every interface, the loopback's. */
  readonly url: string
  close (): Promise<void>
}

const bodyLimitBytes = 16_384
const refusalLogMs = 60_000

/**
 * Starts the admin listener: the routes of `config/admin-api.ts`, Prometheus metrics at `/metrics`, and `/healthz`,
 * the only one that needs no bearer token. Every answer of 400 and above is an {@link ErrorResponse}.
 * @throws CUT_ADMIN_PORT
 */
export async function createAdminServer ({ token, host, port, log, ...ports }: AdminOptions): Promise<AdminServer> {
  const app = Fastify({
    bodyLimit: bodyLimitBytes,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
    forceCloseConnections: true,
    // Fastify would drop unknown keys and turn numbers into texts; here they are mistakes to be told.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    frameworkErrors: (_error, _request, reply) => { refuse(reply as FastifyReply, fault('CUT_BAD_REQUEST', 'its URL cannot be decoded')) },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    }
  })
  addGuard(app, { token, host, log })
  app.setErrorHandler<FastifyError | CutoverError>((error, request, reply) => answerError(error, request, reply, log))
  app.setNotFoundHandler((_request, reply) => { reply.code(404).send({ code: 'NOT_FOUND', message: 'There is no such resource.' } satisfies ErrorResponse) })
  addAdminRoutes(app, ports)
  if (ports.rollout !== undefined) addRolloutRoutes(app, ports.rollout)
  await listen(app, host, port)
  return { url: urlOf(host, (app.server.address() as AddressInfo).port), close: async () => { await app.close() } }
}

function addGuard (app: FastifyInstance, { token, host, log }: Pick<AdminOptions, 'token' | 'host' | 'log'>): void {
  const authorized = bearerCheck(token)
  const knownHost = hostCheck(host)
  let quietUntil = 0
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    if (!knownHost(request.headers.host)) return refuse(reply, fault('CUT_ADMIN_HOST'))
    const open = request.method === 'GET' && request.routeOptions.url === '/healthz'
    if (open || authorized(request.headers.authorization)) return
    if (performance.now() >= quietUntil) {
      quietUntil = performance.now() + refusalLogMs
      log({ level: 'warn', message: `admin: refused a request without the right token, from ${request.ip}` })
    }
    return refuse(reply.header('www-authenticate', 'Bearer realm="cutover"'), fault('CUT_ADMIN_TOKEN'))
  })
}

function refuse (reply: FastifyReply, error: CutoverError): FastifyReply {
  return reply.code(error.statusCode ?? 500).send({ code: error.code, message: error.message } satisfies ErrorResponse)
}

function answerError (error: FastifyError | CutoverError, request: FastifyRequest, reply: FastifyReply, log: AdminOptions['log']): FastifyReply {
  if (error.code?.startsWith('CUT_')) return refuse(reply, error as CutoverError)
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refuse(reply, fault('CUT_BODY_TOO_LARGE', bodyLimitBytes))
  const status = error.statusCode ?? 500
  if (status === 400) return refuse(reply, fault('CUT_BAD_REQUEST', error.message))
  if (status >= 500) log({ level: 'error', message: `admin: ${request.method} ${request.routeOptions.url ?? ''} failed: ${error.stack ?? error.message}` })
  return reply.code(status).send({
    code: (STATUS_CODES[status] ?? 'ERROR').toUpperCase().replaceAll(/\W+/g, '_'),
    message: status >= 500 ? 'The switch failed to answer this; its log says why.' : error.message
  } satisfies ErrorResponse)
}

async function listen (app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'it is in use' : code === 'EACCES' ? 'this user may not' : message
    throw Object.assign(fault('CUT_ADMIN_PORT', host, port, reason), { cause: error })
  }
}

function urlOf (host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`
}
