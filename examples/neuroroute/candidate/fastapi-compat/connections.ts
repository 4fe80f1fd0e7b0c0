import type { FastifyInstance } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { httpDate } from './http-date.ts'

const INVALID = 'Invalid HTTP request received.'

/** What uvicorn sends when httptools cannot parse a request. */
export function answerInvalidRequest (error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || !socket.writable) {
    socket.destroy()
    return
  }
  refuseConnection(socket, INVALID)
}

/** The same for a target that Node lets through, and uvicorn does not. */
export function answerInvalidTarget (response: ServerResponse): void {
  response.writeHead(400, { date: httpDate(), 'content-type': 'text/plain; charset=utf-8', 'content-length': String(INVALID.length), connection: 'close' })
  response.end(INVALID)
}

/** A 400 of uvicorn itself, after which it closes the connection. */
export function refuseConnection (socket: Duplex, text: string): void {
  endWith(socket, `HTTP/1.1 400 Bad Request\r\ndate: ${httpDate()}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`)
}

/** Nobody reads from a connection that Node has given away: its end would not be seen, and a server never closed. */
function endWith (socket: Duplex, answer: string): void {
  socket.on('error', () => socket.destroy())
  socket.resume()
  socket.end(answer, () => socket.destroy())
}

const waiting = new WeakMap<IncomingMessage, ServerResponse>()

/** The response on which a client waits for `100 Continue`, which is sent when its body is read, and not before. */
export function responseToContinue (message: IncomingMessage): ServerResponse | undefined {
  return waiting.get(message)
}

/** Takes from Node's server what it would decide before there is a request: expectations, upgrades and tunnels. */
export function listenLikeUvicorn (app: FastifyInstance): void {
  const { server } = app
  server.on('checkContinue', (message, response) => {
    waiting.set(message, response)
    app.routing(message, response)
  })
  server.on('checkExpectation', (message, response) => app.routing(message, response))
  server.on('upgrade', (message, socket) => {
    if (message.headers.upgrade?.toLowerCase() === 'websocket') refuseWebSocket(message, socket)
    else refuseConnection(socket, 'Unsupported upgrade request.')
  })
  server.on('connect', (_, socket) => refuseConnection(socket, 'Unsupported upgrade request.'))
}

/** What uvicorn with wsproto answers where no route takes WebSockets. */
function refuseWebSocket ({ headers }: IncomingMessage, socket: Duplex): void {
  if (headers['sec-websocket-version'] !== '13') endWith(socket, 'HTTP/1.1 400 \r\nSec-WebSocket-Version: 13\r\ncontent-length: 0\r\n\r\n')
  else if (headers['sec-websocket-key'] === undefined) endWith(socket, 'HTTP/1.1 400 \r\ncontent-length: 0\r\n\r\n')
  else endWith(socket, 'HTTP/1.1 403 \r\ncontent-length: 0\r\n\r\n')
}
