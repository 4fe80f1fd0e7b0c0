import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { Decision } from './feature.ts'

/** What the owner of a response learns of it. */
export interface ResponseOwner {
  /** The switch's own headers, lower-case names and values in turn; asked for once, when the head is written. */
  stamps (response: SwitchResponse): readonly string[]
  /** The response is over: `finished`, or left by the client before its end. Called once. */
  settled (response: SwitchResponse, finished: boolean): void
  /** A guarded response is about to begin with this 5xx. It is discarded, and somebody else answers. */
  held (response: SwitchResponse, status: number): void
  /** The body of an answer to a Socket.IO handshake, as far as it has come. @returns whether it need not be shown again */
  handshake (response: SwitchResponse, opening: string): boolean
  /** No answer had begun when the deadline passed. */
  late (response: SwitchResponse): void
}

/** As much of a handshake's answer as is looked at. */
const OPENING_LIMIT = 512

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]
type EndArguments = [chunk?: unknown, encoding?: unknown, callback?: unknown]

/** Methods of a response as properties that can be set, without Node's overloads. */
type Methods = Record<'_storeHeader' | 'writeHead' | 'detachSocket' | 'emit' | 'write' | 'end' | 'flushHeaders' | 'destroy' | 'setHeader' | 'appendHeader' | 'removeHeader' |
  'setHeaders' | 'addTrailers' | 'writeContinue' | 'writeProcessing' | 'writeEarlyHints',
  (this: SwitchResponse, ...args: never[]) => unknown>

type Untyped = (this: ServerResponse, ...args: unknown[]) => unknown

/** Node's own methods, which do the work whatever an instance's properties say. */
export const native = ServerResponse.prototype as unknown as Record<keyof ServerResponse | '_storeHeader', Untyped>

/**
 * The response class of the switch's server. It stamps, times and counts without a listener for each request,
 * and can take a response away from the backend that holds it, so that another one answers.
 *
 * Express replaces the prototype of every response that it handles: one that it may get is pinned first.
 */
export class SwitchResponse extends ServerResponse {
  owner: ResponseOwner | undefined = undefined
  decision: Decision | undefined = undefined
  requestId = ''
  /** A Set-Cookie that gives the client a sticky key. */
  stickyCookie: string | undefined = undefined
  startedAt = 0
  deadline: Deadline | undefined = undefined
  /** The exchange with an origin that its answer comes from. */
  exchange: { clientLeft (): void } | undefined = undefined
  /** Whether its request came to the switch's own server, so that no framework around the switch holds it too. */
  own = false
  /** While true, a 5xx is held back instead of written. */
  guarded = false
  /** Whether another response writes through this one; what its first backend still does is discarded. */
  superseded = false
  watchesHandshake = false
  /** What has come of a handshake's answer. */
  opening = ''
  /** Whether a failure of the candidate may be answered by legacy. */
  repeatable = false
  /** Whether a backend died in the middle of this answer. */
  brokenOff = false
  /** A safe request's body, kept so that it can be sent again. */
  keptBody: Buffer | undefined = undefined
  /** The request target as it came: a router may have cut it by the time that legacy gets the request. */
  originalUrl = ''
  /** Whether the client waits for a 100 before it sends its body. */
  awaitsContinue = false
  settled = false
  /** Whether heads and bodies must pass the switch, and not just be stamped and counted. */
  watched = false
  /** The methods of another response class that this response was made by; Node's own otherwise. */
  base: typeof native = native

  /** Makes a response of this class out of one that another server made, before anything was done with it. */
  static adopt (response: ServerResponse): SwitchResponse {
    const fresh = new SwitchResponse(response.req)
    const own = new Set(Object.keys(new ServerResponse(response.req)))
    for (const [name, value] of Object.entries(fresh)) {
      if (!own.has(name)) Object.assign(response, { [name]: value })
    }
    const base = Object.getPrototypeOf(response) as typeof native
    if (base === native) return Object.assign(Object.setPrototypeOf(response, SwitchResponse.prototype) as SwitchResponse, { emit })
    // One of Fastify's `inject`, which keeps what is written.
    return Object.assign(response as SwitchResponse, methods, { emit, base, addTrailers: base.addTrailers, _storeHeader: base._storeHeader, writeHead: writeInjectedHead })
  }
}

/** Lets a client that waits for it send its body; does nothing for another, and nothing twice. */
export function sendContinue (response: SwitchResponse): void {
  if (!response.awaitsContinue) return
  response.awaitsContinue = false
  response.writeContinue()
}

/** Holds back a 5xx from now on. */
export function guard (response: SwitchResponse): void {
  response.guarded = response.watched = true
}

/** Has the owner shown how the body begins. */
export function watchHandshake (response: SwitchResponse): void {
  response.watchesHandshake = response.watched = true
}

/** Calls the owner's `late` unless the answer has begun by then. */
export function expectBy (response: SwitchResponse, deadlines: Deadlines): void {
  response.deadline = Deadline.for<SwitchResponse>(response, late)
  deadlines.add(response.deadline, response.startedAt)
  response.watched = true
}

/** Takes a response away from the backend that holds it: whatever that does with it has no effect from now on. */
export function supersede (response: SwitchResponse): void {
  response.guarded = false
  response.superseded = response.watched = true
  pin(response)
  for (const name of response.getHeaderNames()) native.removeHeader.call(response, name)
  response.sendDate = true
  const methods = response as unknown as Methods
  methods.setHeader = methods.setHeaders = methods.appendHeader = methods.removeHeader = ignore
  methods.addTrailers = methods.writeContinue = methods.writeProcessing = methods.writeEarlyHints = ignore
}

/** Writes the head of a superseded response, over whatever its first backend has done to it. */
export function writeHeadOver (response: SwitchResponse, status: number, reason: string, headers: OutgoingHttpHeader[]): void {
  // What Node keeps of headers that were set and taken off again: it would join them with these, and not frame the answer.
  Object.assign(response, { _removedConnection: false, _removedContLen: false, _removedTE: false })
  for (const symbol of Object.getOwnPropertySymbols(response)) {
    if (symbol.description === 'kOutHeaders') Object.assign(response, { [symbol]: null })
  }
  response.base.writeHead.call(response, status, reason, headers)
  Object.defineProperty(response, 'statusCode', { get: () => status, set: () => {}, enumerable: true, configurable: true })
}

/** Shows the owner how the body begins, if it asked for that. */
export function passing (response: SwitchResponse, chunk: unknown): void {
  if (response.watchesHandshake) show(response, chunk)
}

/** Makes the class's methods properties of a response, so that it keeps them when it gets another prototype. */
export function pin (response: SwitchResponse): void {
  const own = response as unknown as Methods
  if (own.writeHead === writeInjectedHead) return
  own.detachSocket = detachSocket
  own._storeHeader = storeHeader
  if (!response.watched) return
  own.writeHead = writeHead
  own.write = write
  own.end = end
  own.flushHeaders = flushHeaders
  own.destroy = destroy
}

function settle (response: SwitchResponse, finished: boolean): void {
  if (response.settled) return
  response.settled = true
  response.deadline?.disarm()
  response.owner?.settled(response, finished)
}

/** Node gives a response's socket back once all of it has been handed to the system, and only then. */
function detachSocket (this: SwitchResponse, socket: Socket): void {
  native.detachSocket.call(this, socket)
  settle(this, true)
}

/** The connection of a response was closed before its end. */
export function cutOff (response: SwitchResponse): void {
  settle(response, false)
}

/** What another server made has neither of the two above. */
function emit (this: SwitchResponse, event: string): boolean {
  if (event === 'finish') settle(this, true)
  else if (event === 'close') settle(this, false)
  return native.emit.apply(this, arguments as unknown as unknown[]) as boolean
}

function writeHead (this: SwitchResponse, status: number, ...rest: unknown[]): SwitchResponse {
  if (admit(this, status)) this.base.writeHead.call(this, status, ...rest)
  return this
}

/** Whether this head goes to the client; a guarded 5xx is told to the owner instead. */
function admit (response: SwitchResponse, status: number): boolean {
  if (response.superseded) return false
  const held = response.guarded && status >= 500
  response.guarded = false
  if (held) response.owner!.held(response, status)
  else response.deadline?.disarm()
  return !held
}

/**
 * What Node calls once for each head, with its first line and all headers: here the switch's own are added, behind
 * that line and in place of a backend's own of those names.
 */
function storeHeader (this: SwitchResponse, statusLine: string, headers: unknown): void {
  const stamps = this.owner === undefined ? none : this.owner.stamps(this)
  const taken = carries(headers, stamps)
  let lines = statusLine
  let inPlace = false
  for (let i = 0; i < stamps.length; i += 2) {
    // One that was set by itself is in the very object that Node goes by.
    if (taken && !isCookie(stamps[i]!) && this.hasHeader(stamps[i]!)) {
      native.setHeader.call(this, stamps[i], stamps[i + 1])
      inPlace = true
    } else lines += `${stamps[i]}: ${stamps[i + 1]}\r\n`
  }
  native._storeHeader.call(this, lines, taken && !inPlace ? without(headers, stamps) : headers)
}

/** Fastify's `inject` reads the headers that were set, and not the head that is written. */
function writeInjectedHead (this: SwitchResponse, status: number, reason?: unknown, headers?: unknown): SwitchResponse {
  if (!admit(this, status)) return this
  const stamps = this.owner?.stamps(this) ?? none
  const given = typeof reason === 'string' ? headers : headers ?? reason
  const rest = carries(given, stamps) ? without(given, stamps) : given
  for (let i = 0; i < stamps.length; i += 2) native[isCookie(stamps[i]!) ? 'appendHeader' : 'setHeader'].call(this, stamps[i], stamps[i + 1])
  this.base.writeHead.call(this, status, ...(typeof reason === 'string' ? [reason] : []), ...(rest == null ? [] : [rest]))
  return this
}

const none: readonly string[] = []

/** Whether headers, in any of the forms that Node takes, have one that the switch writes itself. */
function carries (headers: unknown, stamps: readonly string[]): boolean {
  if (stamps.length === 0 || headers == null) return false
  if (Array.isArray(headers)) return flatten(headers).some((name, i) => i % 2 === 0 && isStamped(String(name), stamps))
  for (const name in headers) if (isStamped(name, stamps)) return true
  return false
}

/** Cookies stand side by side. */
function isStamped (name: string, stamps: readonly string[]): boolean {
  for (let i = 0; i < stamps.length; i += 2) {
    if (name.length === stamps[i]!.length && name.toLowerCase() === stamps[i] && !isCookie(stamps[i]!)) return true
  }
  return false
}

function isCookie (name: string): boolean {
  return name === 'set-cookie'
}

function without (headers: unknown, stamps: readonly string[]): unknown {
  if (Array.isArray(headers)) {
    const list = flatten(headers)
    return list.filter((_, i) => !isStamped(String(list[i - i % 2]), stamps))
  }
  return Object.fromEntries(Object.entries(headers as object).filter(([name]) => !isStamped(name, stamps)))
}

/** Headers as given to `writeHead`, as one new list of names and values in turn. */
export function flatten (headers: Headers | undefined): OutgoingHttpHeader[] {
  const list: OutgoingHttpHeader[] = []
  if (headers == null) return list
  if (Array.isArray(headers)) {
    if (!Array.isArray(headers[0])) return headers.slice()
    for (const item of headers as unknown[]) {
      if (Array.isArray(item)) list.push(item[0], item[1])
      else list.push(item as OutgoingHttpHeader)
    }
    return list
  }
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) list.push(name, value)
  }
  return list
}

/** Whether this answer was held back, be it now or before. */
function isHeld (response: SwitchResponse): boolean {
  if (response.guarded && response.statusCode >= 500 && !response.headersSent) {
    response.guarded = false
    response.owner!.held(response, response.statusCode)
  }
  return response.superseded
}

function write (this: SwitchResponse, ...args: EndArguments): boolean {
  if (isHeld(this)) {
    callBack(args)
    return true
  }
  if (this.watchesHandshake) show(this, args[0])
  return this.base.write.apply(this, args) as boolean
}

function end (this: SwitchResponse, chunk?: unknown, encoding?: unknown, callback?: unknown): SwitchResponse {
  if (isHeld(this)) {
    callBack([chunk, encoding, callback])
    return this
  }
  if (this.watchesHandshake) show(this, chunk)
  return this.base.end.call(this, chunk, encoding, callback) as SwitchResponse
}

function flushHeaders (this: SwitchResponse): void {
  if (!isHeld(this)) native.flushHeaders.call(this)
}

function destroy (this: SwitchResponse, error?: Error): SwitchResponse {
  return this.superseded ? this : this.base.destroy.call(this, error) as SwitchResponse
}

function late (response: SwitchResponse): void {
  response.owner?.late(response)
}

function ignore (this: SwitchResponse): SwitchResponse {
  return this
}

function show (response: SwitchResponse, chunk: unknown): void {
  if (typeof chunk === 'string') response.opening += chunk.slice(0, OPENING_LIMIT)
  else if (chunk instanceof Uint8Array) response.opening += Buffer.from(chunk.subarray(0, OPENING_LIMIT)).toString('latin1')
  if (response.owner!.handshake(response, response.opening) || response.opening.length >= OPENING_LIMIT) response.watchesHandshake = false
}

function callBack (args: EndArguments): void {
  const callback = args.find(argument => typeof argument === 'function') as (() => void) | undefined
  if (callback !== undefined) process.nextTick(callback)
}

const methods = { detachSocket, _storeHeader: storeHeader, writeHead, write, end, flushHeaders, destroy }
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(SwitchResponse.prototype, name, { value, writable: true, configurable: true })
}
