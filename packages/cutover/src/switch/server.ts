import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Settings } from '../config/settings.ts'
import { type CutoverError, fault } from '../errors.ts'
import { ClientConnections } from './client-connections.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Log } from './log.ts'
import { cutOff, SwitchResponse } from './response.ts'
import { rawError, type Upgrades } from './upgrade.ts'

/**
 * The switch's HTTP server: Node's strict parser, the switch's response class, and its limits and times.
 */
export function createSwitchServer (settings: Settings, dispatcher: Dispatcher, upgrades: Upgrades, log: Log): Server {
  const { timeouts, limits } = settings
  const server = createServer({
    ServerResponse: SwitchResponse,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    // See ClientConnections.
    keepAliveTimeout: 0,
    connectionsCheckingInterval: Math.min(30_000, Math.max(100, Math.min(timeouts.headersMs, timeouts.requestMs) / 2)),
    noDelay: true
  })
  const clients = new ClientConnections(timeouts.keepAliveMs, socket => (socket as unknown as Answering)._httpMessage != null)
  connections.set(server as unknown as Server, clients)
  server.on('connection', socket => {
    clients.add(socket)
    socket.once('close', () => {
      clients.remove(socket)
      const current = (socket as unknown as Answering)._httpMessage
      if (current != null) cutOff(current)
      for (const response of waiting.get(socket) ?? []) cutOff(response)
    })
  })
  const handle = (request: IncomingMessage, response: SwitchResponse): void => {
    (response as unknown as Told)._keepAliveTimeout = timeouts.keepAliveMs
    response.own = true
    if (response.socket === null) queue(response)
    dispatcher.handle(request, response)
  }
  server.on('request', (request, response) => handle(request, response as SwitchResponse))
  // 100 is sent when the body is about to be read, and not before a refusal.
  server.on('checkContinue', (request, response) => {
    const answer = response as SwitchResponse
    answer.awaitsContinue = true
    handle(request, answer)
  })
  server.on('upgrade', (request, socket, head) => {
    clients.remove(socket as Socket)
    upgrades.handle(server as unknown as Server, request, socket, head)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket, limits.headerBytes, log))
  server.on('dropRequest', (_, socket) => socket.destroy())
  return server as unknown as Server
}

/** Node keeps the response that a connection is at. */
interface Answering { readonly _httpMessage?: SwitchResponse | null }

/** What Node tells a client in Keep-Alive, milliseconds; it takes it from its own timer's time. */
interface Told { _keepAliveTimeout: number }

/**
 * Responses that were pipelined behind another one of their connection. Node gives them the socket in their turn, and
 * forgets them when it closes before.
 */
const waiting = new WeakMap<Socket, SwitchResponse[]>()

function queue (response: SwitchResponse): void {
  const { socket } = response.req
  const list = waiting.get(socket)
  if (list === undefined) waiting.set(socket, [response])
  else {
    while (list[0]?.settled === true) list.shift()
    list.push(response)
  }
}

const answered = new WeakSet<Socket>()
const connections = new WeakMap<Server, ClientConnections>()

/** What a client sent is not HTTP, too large or too slow: one answer if none is under way, then the connection ends. */
function refuse (error: NodeJS.ErrnoException & { bytesParsed?: number }, socket: Socket, headerBytes: number, log: Log): void {
  if (answered.has(socket)) return
  answered.add(socket)
  const current = (socket as unknown as Answering)._httpMessage
  const left = error.code === 'ECONNRESET' || (error.code === 'HPE_INVALID_EOF_STATE' && current != null)
  if (left || !socket.writable) {
    socket.destroy()
    return
  }
  const reply = errorOf(error, headerBytes)
  log({ level: 'warn', code: reply.code, message: `${reply.message} From ${socket.remoteAddress ?? 'a client that left'}.` })
  // An answer that has begun, or that belongs to an earlier request, must not be mistaken for this one.
  if (current != null && (current.headersSent || current.req.complete)) socket.destroy()
  else socket.end(rawError(reply), () => socket.destroy())
}

function errorOf (error: NodeJS.ErrnoException, headerBytes: number): CutoverError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW': return fault('CUT_HEADERS_TOO_LARGE', headerBytes)
    case 'ERR_HTTP_REQUEST_TIMEOUT': return fault('CUT_REQUEST_TIMEOUT')
    default: return fault('CUT_BAD_REQUEST', (error as { reason?: string }).reason ?? error.code ?? error.message)
  }
}

/**
 * Stops accepting, lets open requests finish, and cuts off what is left after the time.
 * @param waitMs milliseconds
 */
export async function closeServer (server: Server, upgrades: Upgrades, waitMs: number): Promise<void> {
  await new Promise<void>(resolve => {
    // A connection whose request ends while we wait is idle from then on.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    const cut = setTimeout(() => {
      server.closeAllConnections()
      upgrades.close()
    }, waitMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
    connections.get(server)?.closeUnused()
    upgrades.closeSoon()
  })
}
