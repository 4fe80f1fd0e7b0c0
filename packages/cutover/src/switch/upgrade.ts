import { type IncomingMessage, request as requestHttp, type Server, STATUS_CODES } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Settings } from '../config/settings.ts'
import type { BackendName, OriginTarget, Target } from '../config/target.ts'
import { fault, type CutoverError } from '../errors.ts'
import { connectionOptions, isHopByHop } from '../message/hop-by-hop.ts'
import { isSafe } from '../message/method.ts'
import type { Decision } from './feature.ts'
import { forwardingHeaders, forwardingLines } from './forwarded.ts'
import type { Log } from './log.ts'
import { acceptableId, createRequestIds } from './request-id.ts'
import type { Routing } from './routing.ts'
import { inspect } from './request-body.ts'
import { errorBody } from './send-error.ts'

/** Connections that have left HTTP: WebSockets and other upgrades (RFC 9110, 7.8). */
export class Upgrades {
  readonly #settings: Settings
  readonly #targets: Readonly<Record<BackendName, Target>>
  readonly #routing: Routing
  readonly #log: Log
  readonly #open = new Set<Duplex>()
  readonly #nextId = createRequestIds()

  constructor (settings: Settings, targets: Readonly<Record<BackendName, Target>>, routing: Routing, log: Log) {
    this.#settings = settings
    this.#targets = targets
    this.#routing = routing
    this.#log = log
  }

  /** How many are open. */
  get size (): number {
    return this.#open.size
  }

  handle (server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // h2c is an offer that a server may pass over, and so is an upgrade that the backend does not know or that has a body.
    const decision = this.#routing.decide(request, performance.now())
    const target = this.#targets[decision.backend]
    const offered = request.headers.upgrade?.toLowerCase() ?? ''
    if (offered === 'h2c' || inspect(request).present || (target.kind === 'listener' && !target.acceptsUpgrade())) {
      serveAsPlain(server, request, socket, head)
      return
    }
    if (this.#settings.headers.requestId) {
      const { headers } = request
      headers['x-request-id'] = acceptableId(headers['x-request-id']?.toString()) ?? this.#nextId()
    }
    if (this.#settings.force.secret !== undefined) delete request.headers[this.#settings.force.header]
    this.#open.add(socket)
    socket.once('close', () => {
      this.#open.delete(socket)
      decision.feature?.held.sockets.delete(socket)
    })
    socket.on('error', () => socket.destroy())
    this.#give(decision, request, socket, head)
  }

  /** Asks what is open to end, its bytes so far flushed; long polls, too, which only a session's next event would end. */
  closeSoon (): void {
    for (const { held } of this.#routing.features.values()) held.endPolls()
    for (const socket of this.#open) socket.end()
  }

  /** Cuts off what is still open. */
  close (): void {
    for (const socket of this.#open) socket.destroy()
  }

  #give (decision: Decision, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const target = this.#targets[decision.backend]
    // What a tester forces stays where it was forced to.
    if (decision.backend === 'candidate' && decision.reason !== 'forced') decision.feature?.held.sockets.add(socket)
    else decision.feature?.held.sockets.delete(socket)
    if (target.kind === 'origin') {
      this.#tunnel(target, decision, request, socket, head)
      return
    }
    try {
      target.upgrade(request, socket, head)
      decision.cell?.record(101, 0)
    } catch (error) {
      this.#refuse(decision, request, socket, fault('CUT_BACKEND_FAILED', decision.backend), (error as Error).message)
    }
  }

  #tunnel (target: OriginTarget, decision: Decision, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const started = performance.now()
    const prefix = target.url.pathname.replace(/\/$/, '')
    const { connectMs, firstByteMs } = this.#settings.timeouts
    const upstream = (target.url.protocol === 'https:' ? requestHttps : requestHttp)(target.url, {
      agent: false,
      method: request.method!,
      path: prefix !== '' && request.url!.startsWith('/') ? prefix + request.url! : request.url!,
      headers: this.#headers(request) as never,
      timeout: connectMs
    })
    let answered = false
    const give = (): void => { upstream.destroy() }
    socket.once('close', give)
    const settle = (status: number): void => {
      answered = true
      upstream.setTimeout(0)
      decision.cell?.record(status, performance.now() - started)
      const now = performance.now()
      if (decision.backend === 'legacy') decision.feature?.breaker.legacyAnswered(status >= 500, now)
      else decision.feature?.breaker[status >= 500 ? 'failed' : 'succeeded'](now)
    }
    upstream.on('upgrade', (response, backend: Duplex, first: Buffer) => {
      settle(101)
      socket.write(headText(response, this.#stamps(decision, request)), 'latin1')
      if (first.length > 0) socket.write(first)
      if (head.length > 0) backend.write(head)
      join(socket, backend)
    })
    upstream.on('response', response => {
      const status = response.statusCode!
      if (status >= 500 && isSafe(request.method) && this.#fallsBack(decision)) {
        settle(status)
        upstream.destroy()
        this.#giveToLegacy(decision, request, socket, head, `answered ${status}`)
        return
      }
      settle(status)
      socket.write(headText(response, ['connection', 'close', ...this.#stamps(decision, request)]), 'latin1')
      response.on('error', () => socket.destroy())
      response.pipe(socket)
    })
    let late = false
    let reached = false
    upstream.on('socket', connection => connection.once('connect', () => {
      reached = true
      upstream.setTimeout(firstByteMs)
    }))
    upstream.on('timeout', () => {
      late = true
      upstream.destroy(new Error('no answer in time'))
    })
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      if (socket.destroyed || answered) {
        socket.destroy()
        return
      }
      const code = late ? 'CUT_UPSTREAM_TIMEOUT' : reached ? 'CUT_UPSTREAM_BROKEN' : 'CUT_UPSTREAM_UNREACHABLE'
      settle(late ? 504 : 502)
      socket.off('close', give)
      if ((isSafe(request.method) || !reached) && this.#fallsBack(decision)) this.#giveToLegacy(decision, request, socket, head, error.message)
      else this.#refuse(decision, request, socket, fault(code, decision.backend), error.message)
    })
    upstream.end()
  }

  #fallsBack ({ backend, reason, feature, session }: Decision): boolean {
    return backend === 'candidate' && !session && reason !== 'forced' && feature?.feature.fallback === true
  }

  #giveToLegacy (decision: Decision, request: IncomingMessage, socket: Duplex, head: Buffer, detail: string): void {
    decision.cell?.fellBack('unreachable')
    this.#log({ level: 'warn', message: `An upgrade fell back to legacy: the candidate ${detail}`, feature: decision.feature!.name })
    this.#give(decision.feature!.decisions.legacy[decision.reason], request, socket, head)
  }

  #refuse (decision: Decision, request: IncomingMessage, socket: Duplex, error: CutoverError, detail: string): void {
    this.#log({ level: 'error', code: error.code, message: `${error.message} ${request.method} upgrade: ${detail}`, feature: decision.feature?.name })
    socket.end(rawError(error, this.#stamps(decision, request)))
  }

  /** The switch's own headers of an answer, names and values in turn. A listener writes its 101 itself, without them. */
  #stamps (decision: Decision, request: IncomingMessage): string[] {
    const { routedTo, requestId } = this.#settings.headers
    return [...(routedTo ? ['x-routed-to', decision.backend] : []), ...(requestId ? ['x-request-id', String(request.headers['x-request-id'])] : [])]
  }

  #headers (request: IncomingMessage): string[] {
    const { forwarded, requestId } = this.#settings.headers
    const dropped = new Set([...(requestId ? ['x-request-id'] : []), ...(forwarded ? forwardingHeaders : []), ...(this.#settings.force.secret === undefined ? [] : [this.#settings.force.header])])
    const named = connectionOptions(request.rawHeaders)
    const out: string[] = []
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      const name = request.rawHeaders[i]!
      if (!isHopByHop(name) && !dropped.has(name.toLowerCase()) && named?.has(name.toLowerCase()) !== true) out.push(name, request.rawHeaders[i + 1]!)
    }
    out.push('Connection', 'Upgrade', 'Upgrade', request.headers.upgrade!)
    if (requestId) out.push('x-request-id', String(request.headers['x-request-id']))
    if (forwarded) {
      for (const line of forwardingLines(request, this.#routing.trust).trimEnd().split('\r\n')) {
        const colon = line.indexOf(':')
        out.push(line.slice(0, colon), line.slice(colon + 2))
      }
    }
    return out
  }
}

/**
 * An error as a whole response, for a socket that has no response object.
 * @param stamps the switch's own headers, names and values in turn
 */
export function rawError (error: CutoverError, stamps: readonly string[] = []): string {
  const body = errorBody(error)
  const status = error.statusCode ?? 500
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n`
  for (let i = 0; i < stamps.length; i += 2) head += `${stamps[i]}: ${stamps[i + 1]}\r\n`
  return `${head}\r\n${body}`
}

function headText (response: IncomingMessage, further: readonly string[]): string {
  const upgraded = response.statusCode === 101
  const replaced = new Set(further.filter((_, i) => i % 2 === 0))
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage}`]
  const add = (headers: readonly string[]): void => {
    for (let i = 0; i < headers.length; i += 2) {
      if (further === headers || ((upgraded || !isHopByHop(headers[i]!)) && !replaced.has(headers[i]!.toLowerCase()))) lines.push(`${headers[i]}: ${headers[i + 1]}`)
    }
  }
  add(response.rawHeaders)
  add(further)
  return lines.join('\r\n') + '\r\n\r\n'
}

/** Bytes both ways; when one side ends or breaks, so does the other. */
function join (client: Duplex, backend: Duplex): void {
  backend.on('error', () => client.destroy())
  // What the backend sent before it closed is still to reach a slow client.
  backend.on('close', () => backend.readableEnded ? (client as Socket).destroySoon() : client.destroy())
  client.on('close', () => backend.destroy())
  client.pipe(backend)
  backend.pipe(client)
}

/** Puts a request back on its connection without the offer to upgrade, and has the server read it anew. */
function serveAsPlain (server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!.toLowerCase()
    if (name === 'upgrade' || name === 'http2-settings') continue
    const value = request.rawHeaders[i + 1]!
    text += `${request.rawHeaders[i]}: ${name === 'connection' ? withoutOffer(value) : value}\r\n`
  }
  socket.unshift(Buffer.concat([Buffer.from(text + '\r\n', 'latin1'), head]))
  server.emit('connection', socket)
}

function withoutOffer (connection: string): string {
  return connection.split(',').filter(option => !/^\s*(upgrade|http2-settings)\s*$/i.test(option)).join(',')
}
