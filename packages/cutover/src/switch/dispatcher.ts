import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomUUID } from 'node:crypto'
import type { Settings } from '../config/settings.ts'
import type { BackendName, ListenerTarget, OriginTarget, Target } from '../config/target.ts'
import { fault, type CutoverError } from '../errors.ts'
import { isSafe } from '../message/method.ts'
import { Deadlines } from './deadlines.ts'
import type { Decision } from './feature.ts'
import type { Failure } from './forward/connection.ts'
import { type Call, Forward, type ForwardHandlers, type Origin } from './forward/forward.ts'
import { Pool } from './forward/pool.ts'
import { forwardingHeaders, forwardingLines } from './forwarded.ts'
import type { Log } from './log.ts'
import type { Observer } from './observe/observer.ts'
import { type Body, inspect, limitBody, readBody, replay, spend } from './request-body.ts'
import { acceptableId, createRequestIds } from './request-id.ts'
import { expectBy, guard, pin, type ResponseOwner, sendContinue, supersede, type SwitchResponse, watchHandshake } from './response.ts'
import type { Routing } from './routing.ts'
import { sendError } from './send-error.ts'
import { cookieValue, OWN_COOKIE } from './sticky.ts'
import { Successor } from './successor.ts'
import type { Tracing } from './tracing.ts'
import { TurnClock } from './turn-clock.ts'

const none: readonly string[] = []

/** A request on its way to an origin. */
interface OriginCall extends Call {
  readonly response: SwitchResponse
  readonly backend: BackendName
  /** Whether legacy may still answer it. */
  readonly repeatable: boolean
}

/**
 * Gives each request to the backend that was decided on and its answer to the client; when the candidate fails a
 * safe request before the client has a byte of it, legacy answers instead (fallback).
 */
export class Dispatcher implements ResponseOwner {
  readonly routing: Routing
  /** Records and shadows; undefined while nothing is to be observed. */
  observer: Observer | undefined = undefined
  #tracing: Tracing | undefined = undefined
  readonly #settings: Settings
  readonly #targets: Readonly<Record<BackendName, Target>>
  readonly #origins: Partial<Record<BackendName, Origin>> = {}
  readonly #deadlines: Readonly<Record<BackendName, Deadlines>>
  readonly #nextId = createRequestIds()
  readonly #log: Log
  readonly #identifies: boolean
  /** Whether every answer is timed. */
  readonly #timed: boolean
  readonly #stamps: boolean
  readonly #clock = new TurnClock()
  readonly #secretHeader: string | undefined
  readonly #forwarding: ForwardHandlers<OriginCall> = {
    accepts: ({ repeatable, response }, status) => {
      if (this.#tracing !== undefined) this.#tracing.answered(response, status)
      return status < 500 || !repeatable
    },
    rejected: ({ request, response }, status) => this.#fallBack(request, response, 'status', status, `answered ${status}`),
    failed: (call, failure, begun) => this.#originFailed(call, failure, begun),
    readingBody: ({ response }) => sendContinue(response),
    tooLarge: ({ answer }) => this.#tooLarge(answer),
    answered: ({ request, response }) => { if (response.own) spend(request) }
  }

  constructor (settings: Settings, targets: Readonly<Record<BackendName, Target>>, routing: Routing, log: Log) {
    this.#settings = settings
    this.#targets = targets
    this.routing = routing
    this.#log = log
    const { requestId, routedTo, serverTiming } = settings.headers
    this.#identifies = requestId
    this.#timed = settings.metrics
    this.#stamps = requestId || routedTo || serverTiming
    this.#secretHeader = settings.force.secret === undefined ? undefined : settings.force.header.toLowerCase()
    // A legacy that is slow today stays as slow as it is: only a stall ends its requests.
    this.#deadlines = { legacy: new Deadlines(settings.timeouts.idleMs), candidate: new Deadlines(settings.timeouts.firstByteMs) }
    const dropped = new Set(['expect',
      ...(settings.headers.requestId ? ['x-request-id'] : []),
      ...(settings.headers.forwarded ? forwardingHeaders : []),
      ...(this.#secretHeader === undefined ? [] : [this.#secretHeader])])
    for (const name of ['legacy', 'candidate'] as const) {
      const target = targets[name]
      if (target.kind !== 'origin') continue
      this.#origins[name] = {
        pool: new Pool(target.url, settings.timeouts),
        prefix: target.url.pathname.replace(/\/$/, ''),
        host: target.url.host,
        dropped,
        bodyLimit: settings.limits.bodyBytes,
        deadlines: this.#deadlines[name]
      }
    }
  }

  /** Has every request from now on followed. */
  trace (tracing: Tracing): void {
    this.#tracing = tracing
    for (const name of ['legacy', 'candidate'] as const) {
      const origin = this.#origins[name]
      if (origin !== undefined) this.#origins[name] = { ...origin, dropped: new Set([...origin.dropped, ...tracing.headers]) }
    }
  }

  handle (request: IncomingMessage, response: SwitchResponse): void {
    const now = this.#timed ? performance.now() : this.#clock.now()
    response.owner = this
    response.startedAt = now
    const decision = this.routing.decide(request, now)
    response.decision = decision
    const body = inspect(request)
    if (this.#identifies) this.#identify(response, body)
    if (decision.feature !== undefined) this.#prepare(decision, request, response)
    if (this.#tracing !== undefined) this.#tracing.began(request, response)
    // A chunked body is counted as it comes.
    if (body.length > this.#settings.limits.bodyBytes && body.length !== Infinity) {
      this.#tooLarge(response)
      return
    }
    if (this.observer !== undefined) this.observer.begin(request, response, this, body.present)
    if (decision.backend === 'candidate' && body.present && this.#mayFallBack(decision, request) && body.length <= this.#settings.fallback.bodyLimitBytes) {
      sendContinue(response)
      readBody(request, body.length).then(
        whole => this.#give(request, response, whole),
        () => response.destroy())
      return
    }
    this.#give(request, response, undefined, body)
  }

  close (): void {
    for (const origin of Object.values(this.#origins)) origin.pool.close()
    for (const deadlines of Object.values(this.#deadlines)) deadlines.close()
  }

  stamps (response: SwitchResponse): readonly string[] {
    if (!this.#stamps && response.stickyCookie === undefined) return none
    const { routedTo, serverTiming } = this.#settings.headers
    const { backend, reason, feature } = response.decision!
    const stamps: string[] = []
    if (routedTo) stamps.push('x-routed-to', backend)
    if (this.#identifies) stamps.push('x-request-id', response.requestId)
    if (serverTiming) stamps.push('server-timing', `cutover;desc="${backend} ${reason}${feature === undefined ? '' : ` ${feature.name}`}"`)
    if (response.stickyCookie !== undefined) stamps.push('set-cookie', response.stickyCookie)
    return stamps
  }

  settled (response: SwitchResponse, finished: boolean): void {
    if (!finished) response.exchange?.clientLeft()
    const { backend, reason, feature, cell } = response.decision!
    if (this.#tracing !== undefined) this.#tracing.settled(response, finished)
    feature?.underWay?.ended(response)
    if (isPoll(response)) feature!.held.polls[backend].delete(response)
    const status = response.brokenOff ? 502 : finished ? response.statusCode : 0
    const now = cell === undefined ? response.startedAt : performance.now()
    // How long a poll was held is no latency.
    if (status >= 500 || !isPoll(response)) cell?.record(status, now - response.startedAt)
    // What a tester forces says nothing of everybody's traffic.
    if (feature !== undefined && reason !== 'forced' && status !== 0) {
      if (backend === 'legacy') feature.breaker.legacyAnswered(status >= 500, now)
      else if (status >= 500) feature.breaker.failed(now)
      else feature.breaker.succeeded(now)
    }
  }

  held (response: SwitchResponse, status: number): void {
    this.#fallBack(response.req, response, 'status', status, `answered ${status}`)
  }

  handshake (response: SwitchResponse, opening: string): boolean {
    return this.routing.sessions.learn(opening, response.decision!.backend)
  }

  #identify (response: SwitchResponse, body: Body): void {
    response.requestId = acceptableId(body.requestId) ?? this.#nextId()
  }

  #prepare (decision: Decision, request: IncomingMessage, response: SwitchResponse): void {
    if (isPoll(response)) decision.feature!.held.polls[decision.backend].add(response)
    else decision.feature!.underWay?.began(response, decision)
    const { sessions } = this.routing
    if (sessions.opens(request.url!)) watchHandshake(response)
    if (decision.feature!.feature.stickyBy?.kind === 'own-cookie' && cookieValue(request.headers.cookie, OWN_COOKIE) === undefined) {
      // The key is made to fall on the side that this request was just given.
      const key = this.routing.freshKey(decision, randomUUID)
      response.stickyCookie = `${OWN_COOKIE}=${key}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000`
    }
  }

  #mayFallBack ({ backend, reason, feature, session }: Decision, request: IncomingMessage): boolean {
    return backend === 'candidate' && !session && reason !== 'forced' && feature !== undefined && feature.feature.fallback && isSafe(request.method)
  }

  /** Hands the request to the decided backend. @param whole its body, when it was read so that it can be sent again */
  #give (request: IncomingMessage, response: SwitchResponse, whole: Buffer | undefined, body?: Body): void {
    const decision = response.decision!
    const { backend } = decision
    const target = this.#targets[backend]
    const repeatable = this.#mayFallBack(decision, request) && (whole !== undefined || body?.present !== true)
    response.keptBody = whole
    if (target.kind === 'origin') {
      this.#forward(request, response, response, backend, whole, repeatable)
      return
    }
    if (backend === 'candidate') {
      if (repeatable) guard(response)
      response.repeatable = repeatable
      response.originalUrl = request.url!
      if (!isPoll(response)) expectBy(response, this.#deadlines.candidate)
      if (repeatable) decision.feature!.underWay?.mayFallBack(response, response.deadline!)
    }
    if (body?.present === true && this.#settings.limits.bodyBytes !== Infinity) limitBody(request, this.#settings.limits.bodyBytes, () => this.#cutOff(response))
    sendContinue(response)
    this.#serve(target, whole === undefined ? request : replay(request, whole), response, response, backend)
  }

  #serve (target: ListenerTarget, request: IncomingMessage, answer: SwitchResponse | Successor, response: SwitchResponse, backend: BackendName): void {
    if (answer === response && target.keepsPrototypes !== true) pin(response)
    const failed = (error: unknown): void => this.#threw(error, response, answer, backend)
    if (this.#identifies) request.headers['x-request-id'] = response.requestId
    if (this.#secretHeader !== undefined) hideHeader(request, this.#secretHeader)
    try {
      const result = this.#tracing === undefined ? target.request(request, answer) : this.#tracing.within(response, () => target.request(request, answer))
      if (result instanceof Promise) result.catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  /** A listener threw, or its promise rejected. */
  #threw (error: unknown, response: SwitchResponse, answer: SwitchResponse | Successor, backend: BackendName): void {
    const detail = error instanceof Error ? error.message : String(error)
    if (answer === response && response.superseded) {
      this.#tell('warn', fault('CUT_BACKEND_FAILED', backend), `${detail} (after legacy had taken over)`, response)
    } else if (answer === response && response.guarded && !response.headersSent) {
      this.#fallBack(response.req, response, 'broken', 500, detail)
    } else {
      this.#tell('error', fault('CUT_BACKEND_FAILED', backend), detail, response)
      if (!answer.writableEnded) sendError(answer, fault('CUT_BACKEND_FAILED', backend))
    }
  }

  #forward (request: IncomingMessage, response: SwitchResponse, answer: SwitchResponse | Successor, backend: BackendName, whole: Buffer | undefined, repeatable: boolean): void {
    const { forwarded } = this.#settings.headers
    const traced = this.#tracing === undefined ? '' : this.#tracing.forwarding(request, response, backend, (this.#targets[backend] as OriginTarget).url)
    const additions = (this.#identifies ? `x-request-id: ${response.requestId}\r\n` : '') + (forwarded ? forwardingLines(request, this.routing.trust) : '') + traced
    const origin = this.#origins[backend]!
    const forward = new Forward({ request, answer, whole, response, backend, repeatable }, isPoll(response) ? { ...origin, deadlines: this.#deadlines.legacy } : origin, additions, this.#forwarding)
    if (repeatable) response.decision!.feature!.underWay?.mayFallBack(response, forward.deadline)
    response.exchange = forward
    forward.start()
  }

  #originFailed ({ request, response, answer, backend, repeatable }: OriginCall, failure: Failure, begun: boolean): void {
    const error = failureOf(failure, backend)
    if (this.#tracing !== undefined) this.#tracing.failed(response, failure.cause)
    if (begun) {
      response.brokenOff = true
      this.#tell('error', error, failure.detail, response)
      return
    }
    const { feature, reason, session } = response.decision!
    // The candidate provably never got it: even a write may be given to legacy, whose body is still unread.
    const untouched = backend === 'candidate' && !session && !failure.sent && feature?.feature.fallback === true && reason !== 'forced'
    if (repeatable || untouched) {
      this.#fallBack(request, response, failure.cause, error.statusCode ?? 502, failure.detail)
      return
    }
    this.#tell('error', error, failure.detail, response)
    sendError(answer, error)
  }

  /** Counts the candidate's failure and lets legacy answer. The client has had nothing so far. */
  #fallBack (request: IncomingMessage, response: SwitchResponse, cause: 'unreachable' | 'timeout' | 'broken' | 'status', status: number, detail: string): void {
    // The client has left, and has been counted.
    if (response.settled) return
    const now = performance.now()
    const { feature, reason, cell } = response.decision!
    cell?.record(status, now - response.startedAt)
    cell?.fellBack(cause)
    feature!.breaker.failed(now)
    this.#log({ level: 'warn', message: `${request.method} fell back to legacy: the candidate ${cause === 'status' ? detail : `failed (${cause}: ${detail})`}`, feature: feature!.name, requestId: response.requestId })
    if (this.#tracing !== undefined) this.#tracing.fellBack(response, cause, status)
    if (response.destroyed) return
    response.decision = feature!.decisions.legacy[reason]
    response.startedAt = now
    response.deadline?.disarm()
    const target = this.#targets.legacy
    if (target.kind === 'origin' && this.#targets.candidate.kind === 'origin') {
      this.#forward(request, response, response, 'legacy', response.keptBody, false)
      return
    }
    const held = this.#targets.candidate.kind === 'listener'
    if (held) supersede(response)
    const answer = held ? new Successor(response) : response
    // An in-process candidate may have left its marks on the request.
    const asked = held ? replay(request, response.keptBody, response.originalUrl) : response.keptBody === undefined ? request : replay(request, response.keptBody)
    // The candidate is still in the middle of its call: legacy starts when that has returned.
    setImmediate(() => {
      if (target.kind === 'origin') {
        this.#forward(asked, response, answer, 'legacy', response.keptBody, false)
        return
      }
      if (!held && response.keptBody === undefined) {
        // An origin that could not be reached has read nothing of the body.
        if (this.#settings.limits.bodyBytes !== Infinity && !limitBody(asked, this.#settings.limits.bodyBytes, () => this.#tooLarge(answer))) return
        sendContinue(response)
      }
      this.#serve(target, asked, answer, response, 'legacy')
    })
  }

  /** An in-process candidate has not begun its answer in time. */
  late (response: SwitchResponse): void {
    if (response.headersSent || response.superseded) return
    if (!response.req.complete) {
      this.#deadlines.candidate.add(response.deadline!)
      return
    }
    if (response.repeatable) {
      response.guarded = false
      this.#fallBack(response.req, response, 'timeout', 504, 'no answer began in time')
      return
    }
    const error = fault('CUT_UPSTREAM_TIMEOUT', 'candidate')
    this.#tell('error', error, 'no answer began in time', response)
    supersede(response)
    sendError(new Successor(response), error)
  }

  /** Refuses a body that grows past the limit while a backend in this process reads it. */
  #cutOff (response: SwitchResponse): void {
    if (response.headersSent || response.superseded) {
      response.destroy()
      return
    }
    supersede(response)
    this.#tooLarge(new Successor(response))
  }

  #tooLarge (answer: ServerResponse): void {
    sendError(answer, fault('CUT_BODY_TOO_LARGE', this.#settings.limits.bodyBytes))
  }

  #tell (level: 'warn' | 'error', error: CutoverError, detail: string, response: SwitchResponse): void {
    this.#log({ level, code: error.code, message: `${error.message} ${detail}`, feature: response.decision?.feature?.name, requestId: response.requestId })
  }
}

/** Whether a request waits for what its session will bring. */
function isPoll ({ decision, req }: SwitchResponse): boolean {
  return decision!.session && isSafe(req.method)
}

/** Takes a header off a request that a listener is about to get. */
function hideHeader (request: IncomingMessage, name: string): void {
  if (request.headers[name] === undefined) return
  delete request.headers[name]
  for (let i = request.rawHeaders.length - 2; i >= 0; i -= 2) {
    if (request.rawHeaders[i]!.toLowerCase() === name) request.rawHeaders.splice(i, 2)
  }
}

function failureOf (failure: Failure, backend: BackendName): CutoverError {
  if (failure.cause === 'unreachable') return fault('CUT_UPSTREAM_UNREACHABLE', backend)
  return failure.cause === 'timeout' ? fault('CUT_UPSTREAM_TIMEOUT', backend) : fault('CUT_UPSTREAM_BROKEN', backend)
}
