import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
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
  /** The first piece of the body of an answer to a Socket.IO handshake. */
  handshake (response: SwitchResponse, chunk: unknown): void
  /** No answer had begun when the deadline passed. */
  late (response: SwitchResponse): void
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]
type EndArguments = [chunk?: unknown, encoding?: unknown, callback?: unknown]

/** Methods of a response as properties that can be set, without Node's overloads. */
type Methods = Record<'writeHead' | 'emit' | 'write' | 'end' | 'flushHeaders' | 'destroy' | 'setHeader' | 'appendHeader' | 'removeHeader' |
  'setHeaders' | 'addTrailers' | 'writeContinue' | 'writeProcessing' | 'writeEarlyHints',
  (this: SwitchResponse, ...args: never[]) => unknown>

type Untyped = (this: ServerResponse, ...args: unknown[]) => unknown

/** Node's own methods, which do the work whatever an instance's properties say. */
export const native = ServerResponse.prototype as unknown as Record<keyof ServerResponse, Untyped>

/**
 * The response class of the switch's server. It stamps, times and counts without a listener for each request,
 * and can take a response away from the backend that holds it, so that another one answers.
 *
 * Express replaces the prototype of every response that it handles. So what this class does lies in properties of each
 * instance and in the functions below, and nothing on its prototype.
 */
export class SwitchResponse extends ServerResponse {
  owner: ResponseOwner | undefined = undefined
  decision: Decision | undefined = undefined
  requestId = ''
  /** A Set-Cookie that gives the client a sticky key. */
  stickyCookie: string | undefined = undefined
  startedAt = 0
  deadline: Deadline | undefined = undefined
  /** While true, a 5xx is held back instead of written. */
  guarded = false
  /** Whether another response writes through this one; what its first backend still does is discarded. */
  superseded = false
  watchesHandshake = false
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
  watched = false
  /** The methods of another response class that this response was made by; Node's own otherwise. */
  base: typeof native = native

  constructor (request: IncomingMessage, options?: object) {
    // @ts-expect-error: Node passes its server's options as a second argument, which the types leave out.
    super(request, options)
    const methods = this as unknown as Methods
    methods.writeHead = writeHead
    methods.emit = emit
  }

  /** Makes a response of this class out of one that another server made, before anything was done with it. */
  static adopt (response: ServerResponse): SwitchResponse {
    const fresh = new SwitchResponse(response.req)
    const own = new Set(Object.keys(new ServerResponse(response.req)))
    for (const [name, value] of Object.entries(fresh)) {
      if (!own.has(name)) Object.assign(response, { [name]: value })
    }
    const base = Object.getPrototypeOf(response) as typeof native
    if (base === native) return Object.setPrototypeOf(response, SwitchResponse.prototype) as SwitchResponse
    // One of Fastify's `inject`, which keeps what is written. Express would take its methods away with its prototype.
    const { write, end, destroy, addTrailers } = base
    return Object.assign(response as SwitchResponse, { base, write, end, destroy, addTrailers })
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
  response.guarded = true
  watch(response)
}

/** Has the owner shown the first piece of the body. */
export function watchHandshake (response: SwitchResponse): void {
  response.watchesHandshake = true
  watch(response)
}

/** Calls the owner's `late` unless the answer has begun by then. */
export function expectBy (response: SwitchResponse, deadlines: Deadlines): void {
  response.deadline = Deadline.for<SwitchResponse>(response, late)
  deadlines.add(response.deadline, response.startedAt)
}

/** Takes a response away from the backend that holds it: whatever that does with it has no effect from now on. */
export function supersede (response: SwitchResponse): void {
  watch(response)
  response.guarded = false
  response.superseded = true
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

/** Shows the owner the first piece of the body, if it asked for that. */
export function passing (response: SwitchResponse, chunk: unknown): void {
  if (response.watchesHandshake) show(response, chunk)
}

/** Has the methods that write a body go by `base`. */
export function watch (response: SwitchResponse): void {
  if (response.watched) return
  response.watched = true
  const methods = response as unknown as Methods
  methods.write = watchedWrite
  methods.end = watchedEnd
  methods.flushHeaders = watchedFlush
  methods.destroy = watchedDestroy
}

function settle (response: SwitchResponse, finished: boolean): void {
  if (response.settled) return
  response.settled = true
  response.deadline?.disarm()
  response.owner?.settled(response, finished)
}

function emit (this: SwitchResponse, event: string): boolean {
  if (event === 'finish') settle(this, true)
  else if (event === 'close') settle(this, false)
  return native.emit.apply(this, arguments as unknown as unknown[]) as boolean
}

function writeHead (this: SwitchResponse, status: number, reason?: string | Headers, headers?: Headers): SwitchResponse {
  if (this.superseded) return this
  if (this.guarded) {
    if (status >= 500) {
      this.guarded = false
      this.owner!.held(this, status)
      return this
    }
    this.guarded = false
  }
  this.deadline?.disarm()
  if (typeof reason !== 'string') {
    headers ??= reason
    reason = undefined
  }
  const stamps = this.owner?.stamps(this) ?? []
  if (headers == null) {
    // What was set one by one stays so: Node is slower at joining it with a list.
    for (let i = 0; i < stamps.length; i += 2) native[stamps[i] === 'set-cookie' ? 'appendHeader' : 'setHeader'].call(this, stamps[i], stamps[i + 1])
    if (reason === undefined) this.base.writeHead.call(this, status)
    else this.base.writeHead.call(this, status, reason)
    return this
  }
  const list = stamps.length === 0 ? headers : flatten(headers)
  if (stamps.length > 0) addStamps(list as OutgoingHttpHeader[], stamps, this)
  if (reason === undefined) this.base.writeHead.call(this, status, list)
  else this.base.writeHead.call(this, status, reason, list)
  return this
}

/** Adds the switch's headers to a list, each in place of a backend's own of that name; cookies stand side by side. */
export function addStamps (list: OutgoingHttpHeader[], stamps: readonly string[], response: SwitchResponse): void {
  for (let i = 0; i < stamps.length; i += 2) {
    const name = stamps[i]!
    const at = indexOfName(list, name)
    // A cookie in the list would replace those that were set one by one.
    if (name === 'set-cookie') {
      if (at === -1 && response.hasHeader(name)) native.appendHeader.call(response, name, stamps[i + 1])
      else list.push(name, stamps[i + 1]!)
    } else if (at === -1) list.push(name, stamps[i + 1]!)
    else list[at + 1] = stamps[i + 1]!
  }
}

function indexOfName (list: readonly OutgoingHttpHeader[], name: string): number {
  for (let i = 0; i < list.length; i += 2) {
    const present = list[i] as string
    if (present.length === name.length && present.toLowerCase() === name) return i
  }
  return -1
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

function watchedWrite (this: SwitchResponse, ...args: EndArguments): boolean {
  if (isHeld(this)) {
    callBack(args)
    return true
  }
  if (this.watchesHandshake) show(this, args[0])
  return this.base.write.apply(this, args) as boolean
}

function watchedEnd (this: SwitchResponse, chunk?: unknown, encoding?: unknown, callback?: unknown): SwitchResponse {
  if (isHeld(this)) {
    callBack([chunk, encoding, callback])
    return this
  }
  if (this.watchesHandshake) show(this, chunk)
  return this.base.end.call(this, chunk, encoding, callback) as SwitchResponse
}

function watchedFlush (this: SwitchResponse): void {
  if (!isHeld(this)) native.flushHeaders.call(this)
}

function watchedDestroy (this: SwitchResponse, error?: Error): SwitchResponse {
  return this.superseded ? this : this.base.destroy.call(this, error) as SwitchResponse
}

function late (response: SwitchResponse): void {
  response.owner?.late(response)
}

function ignore (this: SwitchResponse): SwitchResponse {
  return this
}

function show (response: SwitchResponse, chunk: unknown): void {
  response.watchesHandshake = false
  response.owner!.handshake(response, chunk)
}

function callBack (args: EndArguments): void {
  const callback = args.find(argument => typeof argument === 'function') as (() => void) | undefined
  if (callback !== undefined) process.nextTick(callback)
}
