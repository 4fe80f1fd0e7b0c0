import type { ExchangeRequest, ExchangeResponse } from '../../message/exchange.ts'
import { contentCodings } from '../../message/body.ts'
import { Aliases, type Alias } from '../alias.ts'
import { compareResponses } from '../compare/compare.ts'
import type { Place } from '../compare/place.ts'
import { substitute } from '../substitute.ts'
import { hasTag, tagged } from './tags.ts'

/** Bindings that are kept; what is made up later is not followed. */
export const bindingsKept = 500_000

/** Headers that nothing sent later refers to. */
const neverUsed = new Set(['date', 'expires', 'last-modified', 'age', 'x-request-id', 'request-id', 'x-correlation-id', 'x-trace-id', 'traceparent', 'server-timing', 'cf-ray', 'x-amzn-requestid', 'x-amzn-trace-id', 'x-runtime', 'content-length', 'report-to', 'nel'])

/**
 * What one side has in the place of values that were recorded. The recorded answers are a third party: a value that is
 * one thing in them and another in this side's answer to the same request is bound, and put into the requests that follow.
 */
export class Counterparts {
  readonly #aliases = new LoggedAliases()

  /** How many are bound. */
  get size (): number {
    return this.#aliases.size
  }

  /** Takes out the bindings made since this was last called. */
  takeNew (): readonly Alias[] {
    return this.#aliases.log.splice(0)
  }

  /** Takes up bindings of an earlier run. */
  restore (aliases: readonly Alias[]): void {
    for (const alias of aliases) this.#aliases.bind(alias)
    this.#aliases.log.length = 0
  }

  /** A recorded request with this side's values. */
  translate (request: ExchangeRequest): ExchangeRequest {
    return substitute(request, this.#aliases, 'to candidate')
  }

  /** Learns from this side's answer to a recorded request; nothing when it answered with another status. */
  learn (request: ExchangeRequest, recorded: ExchangeResponse, answered: ExchangeResponse): void {
    if (recorded.status !== answered.status || this.size >= bindingsKept) return
    const plain = contentCodings(recorded.headers).length === 0 && contentCodings(answered.headers).length === 0
    const judged = this.#aliases.forTarget(request.target, plain ? { legacy: recorded.body, candidate: answered.body } : undefined)
    compareResponses(recorded, answered, {
      method: request.method,
      pairing: {
        judge: (at, one, other, mayBind) => {
          if (isNeverUsed(at)) return 'paired'
          if (!hasTag(one.text)) return judged.judge(at, one, other, mayBind)
          for (const [secret, value] of tagged(one.text, other.text)) this.#aliases.bind({ scope: '', legacy: secret, candidate: value })
          return 'paired'
        }
      }
    })
  }
}

function isNeverUsed (at: Place): boolean {
  let one = at
  while (one.depth > 2 && one.parent !== undefined) one = one.parent
  return one.parent?.segment === 'headers' && typeof one.segment === 'string' && neverUsed.has(one.segment)
}

/** Remembers what was bound, so that it can be kept. */
class LoggedAliases extends Aliases {
  readonly log: Alias[] = []
  size = 0

  override bind (alias: Alias): ReturnType<Aliases['bind']> {
    const bound = super.bind(alias)
    if (bound === 'bound') {
      this.log.push(alias)
      this.size++
    }
    return bound
  }
}
