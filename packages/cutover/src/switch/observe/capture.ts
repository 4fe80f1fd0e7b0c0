import type { IncomingMessage } from 'node:http'
import type { Exchange, Field } from '../../message/exchange.ts'
import { fieldsOf } from '../../message/headers.ts'
import { isHopByHop } from '../../message/hop-by-hop.ts'
import type { Decision } from '../feature.ts'
import type { ResponseOwner, SwitchResponse } from '../response.ts'
import { KeptBody } from './kept-body.ts'
import type { MemoryBudget } from './memory-budget.ts'

/** What a capture is for. */
export interface Purpose {
  /** The client's session when the exchange is recorded. */
  readonly session: string | undefined
  /** Headers that the shadowed request gets beside its own, when it is shadowed. */
  readonly shadow: { readonly additions: string, readonly address: string } | undefined
}

type Untyped = (...args: unknown[]) => unknown

/**
 * Copies one exchange as it passes. It stands between a response and its owner, so that a response that nobody observes
 * has nothing of it; and behind whatever the backends call, so that it sees what goes to the client.
 */
export class Capture implements ResponseOwner {
  readonly request: IncomingMessage
  readonly response: SwitchResponse
  readonly purpose: Purpose
  readonly decision: Decision
  readonly sent: KeptBody
  readonly answered: KeptBody
  readonly #method: string
  readonly #target: string
  readonly #startedAt = Date.now()
  readonly #begun = performance.now()
  readonly #owner: ResponseOwner
  readonly #done: (capture: Capture, finished: boolean) => void
  #trailers: Field[] | undefined
  #durationMs = 0
  /** Whether somebody holds it beyond the end of its response, and releases it. */
  kept = false

  /** @param hasBody whether the request has one */
  constructor (request: IncomingMessage, response: SwitchResponse, owner: ResponseOwner, hasBody: boolean, purpose: Purpose, budget: MemoryBudget, limit: number, done: (capture: Capture, finished: boolean) => void) {
    this.request = request
    this.response = response
    this.purpose = purpose
    this.decision = response.decision!
    this.sent = new KeptBody(budget, limit)
    this.answered = new KeptBody(budget, limit)
    this.#method = request.method!
    this.#target = request.url!
    this.#owner = owner
    this.#done = done
    response.owner = this
    if (hasBody) this.#tapRequest()
    this.#tapResponse()
  }

  stamps (response: SwitchResponse): readonly string[] {
    return this.#owner.stamps(response)
  }

  settled (response: SwitchResponse, finished: boolean): void {
    this.#owner.settled(response, finished)
    this.#durationMs = Math.round((performance.now() - this.#begun) * 1000) / 1000
    this.#done(this, finished && !response.brokenOff)
    if (!this.kept) this.release()
  }

  /** Gives back what its bodies hold of the budget. */
  release (): void {
    this.sent.release()
    this.answered.release()
  }

  held (response: SwitchResponse, status: number): void {
    this.#owner.held(response, status)
  }

  handshake (response: SwitchResponse, opening: string): boolean {
    return this.#owner.handshake(response, opening)
  }

  late (response: SwitchResponse): void {
    this.#owner.late(response)
  }

  /** The exchange as the backend had it: without the switch's own headers and those of one connection. */
  exchange (hidden: string | undefined): Exchange {
    const { request, response } = this
    const head = headOf(response)
    const bodies = this.#method !== 'HEAD' && head.status >= 200 && head.status !== 204 && head.status !== 304
    const stamps = this.#owner.stamps(response)
    const sentTrailers = fieldsOf(request.rawTrailers)
    const { feature, backend } = response.decision!
    return {
      startedAt: new Date(this.#startedAt).toISOString(),
      durationMs: this.#durationMs,
      ...(response.requestId === '' ? {} : { requestId: response.requestId }),
      ...(this.purpose.session === undefined ? {} : { session: this.purpose.session }),
      ...(feature === undefined ? {} : { feature: feature.name }),
      backend,
      request: {
        method: this.#method,
        target: this.#target,
        headers: fieldsOf(request.rawHeaders).filter(([name]) => hidden === undefined || name.toLowerCase() !== hidden),
        ...this.sent.payload(request.complete),
        ...(sentTrailers.length === 0 ? {} : { trailers: sentTrailers })
      },
      response: {
        status: head.status,
        headers: head.fields.filter(field => !isHopByHop(field[0]) && !isStamp(field, stamps)),
        ...(bodies ? this.answered.payload() : { body: Buffer.alloc(0) }),
        ...(this.#trailers === undefined ? {} : { trailers: this.#trailers })
      }
    }
  }

  #tapRequest (): void {
    const { request, sent } = this
    const push = request.push.bind(request)
    request.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk !== null) sent.add(chunk, encoding)
      return push(chunk, encoding)
    }
  }

  #tapResponse (): void {
    const { response, answered } = this
    response.watched = true
    const inner = response.base as unknown as Record<string, Untyped>
    const trailers = (args: unknown[]): void => { this.#trailers = trailersOf(args[0]) }
    response.base = Object.assign(Object.create(inner), {
      write (this: SwitchResponse, ...args: unknown[]) {
        answered.add(args[0], args[1])
        return inner.write!.apply(this, args)
      },
      end (this: SwitchResponse, ...args: unknown[]) {
        answered.add(args[0], args[1])
        return inner.end!.apply(this, args)
      },
      addTrailers (this: SwitchResponse, ...args: unknown[]) {
        trailers(args)
        return inner.addTrailers!.apply(this, args)
      }
    }) as typeof response.base
    const methods = response as unknown as Record<string, Untyped>
    methods.addTrailers = function (this: SwitchResponse, ...args) { return (this.base as unknown as Record<string, Untyped>).addTrailers!.apply(this, args) }
  }
}

/** The head that Node has written. */
function headOf (response: SwitchResponse): { readonly status: number, readonly fields: Field[] } {
  const text = (response as unknown as { _header?: string | null })._header ?? ''
  const fields: Field[] = []
  let end = text.indexOf('\r\n')
  const status = end === -1 ? 0 : Number(text.slice(9, 12))
  while (end !== -1) {
    const start = end + 2
    end = text.indexOf('\r\n', start)
    const at = text.indexOf(':', start)
    if (at > start && at < end) fields.push([text.slice(start, at), text.slice(at + 1, end).trim()])
  }
  return { status: status || response.statusCode, fields }
}

function isStamp ([name, value]: Field, stamps: readonly string[]): boolean {
  const lower = name.toLowerCase()
  for (let i = 0; i < stamps.length; i += 2) {
    if (stamps[i] === lower && (lower !== 'set-cookie' || stamps[i + 1] === value)) return true
  }
  return false
}

function trailersOf (given: unknown): Field[] {
  if (Array.isArray(given)) return given.map(([name, value]) => [String(name), String(value)] as const)
  return Object.entries((given ?? {}) as object).map(([name, value]) => [name, String(value)] as const)
}
