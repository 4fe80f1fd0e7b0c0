import type { IncomingMessage } from 'node:http'
import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api'
import type { BackendName } from '../../config/target.ts'
import type { FallbackCause } from '../../metrics/cell.ts'
import { clientAddress, type Trust } from '../../switch/forwarded.ts'
import type { Log } from '../../switch/log.ts'
import type { SwitchResponse } from '../../switch/response.ts'
import type { Tracing } from '../../switch/tracing.ts'
import { clientAttributes, decisionAttributes, methodOf, originAttributes, schemeOf, serverAttributes } from './attributes.ts'
import type { Durations } from './instruments.ts'

export type Api = typeof import('@opentelemetry/api')

/** A request that is under way. */
interface Followed {
  readonly span: Span
  /** False for a span of the application's own instrumentation, which is only added to. */
  readonly own: boolean
  readonly context: Context
  readonly method: string
  readonly startedAt: number
  forward: Forwarded | undefined
}

interface Forwarded {
  readonly span: Span
  readonly attributes: Attributes
  readonly startedAt: number
}

/** Spans and durations of requests, by the semantic conventions for HTTP. Whatever fails in it is logged, never thrown. */
export class RequestTracing implements Tracing {
  readonly headers: readonly string[]
  readonly #api: Api
  readonly #tracer: Tracer
  readonly #durations: Durations | undefined
  readonly #trust: Trust
  readonly #log: Log
  readonly #followed = new WeakMap<SwitchResponse, Followed>()

  /** @param durations undefined where nobody collects metrics */
  constructor (api: Api, tracer: Tracer, durations: Durations | undefined, trust: Trust, log: Log) {
    this.#api = api
    this.#tracer = tracer
    this.#durations = durations
    this.#trust = trust
    this.#log = log
    // An SDK that is set up later brings those of W3C Trace Context, most likely.
    this.headers = [...new Set(['traceparent', 'tracestate', ...this.#fields()])]
  }

  began (request: IncomingMessage, response: SwitchResponse): void {
    try {
      const { trace, context, propagation, ROOT_CONTEXT, SpanKind } = this.#api
      const decision = decisionAttributes(response.decision!)
      const method = methodOf(request)
      const followed = { method, startedAt: performance.now(), forward: undefined }
      const outer = this.#outer()
      if (outer !== undefined) {
        outer.setAttributes(decision)
        this.#followed.set(response, { ...followed, span: outer, own: false, context: context.active() })
        return
      }
      const parent = propagation.extract(ROOT_CONTEXT, request.headers)
      const span = this.#tracer.startSpan(method === '_OTHER' ? 'HTTP' : method, {
        kind: SpanKind.SERVER,
        attributes: { ...serverAttributes(request, clientAddress(request, this.#trust)), ...decision, ...(response.requestId === '' ? {} : { 'cutover.request.id': response.requestId }) }
      }, parent)
      this.#followed.set(response, { ...followed, span, own: true, context: trace.setSpan(parent, span) })
    } catch (error) {
      this.#failed(error)
    }
  }

  within<T> (response: SwitchResponse, call: () => T): T {
    const followed = this.#followed.get(response)
    return followed === undefined ? call() : this.#api.context.with(followed.context, call)
  }

  forwarding (request: IncomingMessage, response: SwitchResponse, backend: BackendName, origin: URL): string {
    const followed = this.#followed.get(response)
    if (followed === undefined) return this.#asItCame(request)
    try {
      const { trace, propagation, SpanKind } = this.#api
      const span = this.#tracer.startSpan(followed.method === '_OTHER' ? 'HTTP' : followed.method, { kind: SpanKind.CLIENT, attributes: clientAttributes(request, backend, origin) }, followed.context)
      followed.forward = { span, startedAt: performance.now(), attributes: { 'http.request.method': followed.method, 'cutover.backend': backend, ...originAttributes(origin) } }
      const carrier: Record<string, string> = {}
      propagation.inject(trace.setSpan(followed.context, span), carrier)
      const written = this.#fields()
      return linesOf(Object.fromEntries(Object.entries(carrier).filter(([name]) => this.headers.includes(name.toLowerCase())))) + this.#asItCame(request, name => !written.includes(name))
    } catch (error) {
      this.#failed(error)
      return this.#asItCame(request)
    }
  }

  answered (response: SwitchResponse, status: number): void {
    const forward = this.#followed.get(response)?.forward
    if (forward === undefined) return
    forward.attributes['http.response.status_code'] = status
    // For who sends a request, a refusal is an error too.
    if (status >= 400) forward.attributes['error.type'] = String(status)
  }

  failed (response: SwitchResponse, cause: FallbackCause): void {
    const forward = this.#followed.get(response)?.forward
    if (forward !== undefined) forward.attributes['error.type'] = cause
  }

  fellBack (response: SwitchResponse, cause: FallbackCause, status: number): void {
    const followed = this.#followed.get(response)
    if (followed === undefined) return
    try {
      this.#endForward(followed)
      followed.span.addEvent('cutover.fallback', { 'cutover.fallback.cause': cause, ...(cause === 'status' ? { 'http.response.status_code': status } : {}) })
      followed.span.setAttributes({ 'cutover.backend': 'legacy', 'cutover.fallback.cause': cause })
    } catch (error) {
      this.#failed(error)
    }
  }

  settled (response: SwitchResponse, finished: boolean): void {
    const followed = this.#followed.get(response)
    if (followed === undefined) return
    this.#followed.delete(response)
    try {
      if (!finished && followed.forward?.attributes['error.type'] === undefined && followed.forward !== undefined) followed.forward.attributes['error.type'] = 'aborted'
      this.#endForward(followed)
      this.#end(followed, response, finished)
    } catch (error) {
      this.#failed(error)
    }
  }

  /**
   * The span that the application's own instrumentation of node:http has made for this request, if any. Another span may
   * be active by accident: one around the start of the server stays so for each of its requests.
   */
  #outer (): Span | undefined {
    const span = this.#api.trace.getActiveSpan() as Span & { readonly kind?: number } | undefined
    if (span === undefined) return undefined
    // One that was not sampled has no kind.
    const fits = span.kind === undefined ? this.#api.isSpanContextValid(span.spanContext()) : span.kind === this.#api.SpanKind.SERVER && span.isRecording()
    return fits ? span : undefined
  }

  #end ({ span, own, method, startedAt }: Followed, response: SwitchResponse, finished: boolean): void {
    if (!own) return
    const { req, decision, headersSent, statusCode, brokenOff } = response
    const status = headersSent ? { 'http.response.status_code': statusCode } : {}
    const error = brokenOff ? 'broken' : !finished ? 'aborted' : statusCode >= 500 ? String(statusCode) : undefined
    const outcome = { ...status, ...(error === undefined ? {} : { 'error.type': error }) }
    span.setAttributes(outcome)
    if (error !== undefined) span.setStatus({ code: this.#api.SpanStatusCode.ERROR })
    span.end()
    this.#durations?.server.record((performance.now() - startedAt) / 1000, {
      'http.request.method': method,
      'url.scheme': schemeOf(req),
      'network.protocol.version': req.httpVersion,
      'cutover.backend': decision!.backend,
      'cutover.feature': decision!.feature?.name ?? '_unlisted',
      ...outcome
    })
  }

  #endForward (followed: Followed): void {
    const { forward } = followed
    if (forward === undefined) return
    followed.forward = undefined
    const { span, attributes, startedAt } = forward
    span.setAttributes(attributes)
    if (attributes['error.type'] !== undefined) span.setStatus({ code: this.#api.SpanStatusCode.ERROR })
    span.end()
    this.#durations?.client.record((performance.now() - startedAt) / 1000, attributes)
  }

  #fields (): string[] {
    return this.#api.propagation.fields().map(name => name.toLowerCase())
  }

  /** The client's own headers of this kind, which were taken off to be written anew. */
  #asItCame (request: IncomingMessage, which: (name: string) => boolean = () => true): string {
    return linesOf(Object.fromEntries(this.headers.filter(which).flatMap(name => typeof request.headers[name] === 'string' ? [[name, request.headers[name]]] : [])))
  }

  #failed (error: unknown): void {
    this.#log({ level: 'warn', message: `OpenTelemetry failed, and requests go on without it: ${error instanceof Error ? error.message : String(error)}` })
  }
}

/** Header lines of what a propagator wrote; what no header can carry is left out. */
function linesOf (carrier: Readonly<Record<string, unknown>>): string {
  let lines = ''
  for (const [name, value] of Object.entries(carrier)) {
    if (/^[\w-]+$/.test(name) && typeof value === 'string' && /^[\t\x20-\x7e]*$/.test(value)) lines += `${name}: ${value}\r\n`
  }
  return lines
}
