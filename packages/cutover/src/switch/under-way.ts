import type { BackendName } from '../config/target.ts'
import type { Deadline } from './deadlines.ts'

/** As much of a decision as is looked at. */
interface Decided {
  readonly backend: BackendName
  readonly reason: string
  readonly feature: { readonly breaker: { readonly state: string } } | undefined
}

/** As much of a response as is looked at while it is under way. */
export interface Awaited {
  readonly decision: Decided | undefined
  readonly settled: boolean
  /** Monotonic milliseconds. */
  readonly startedAt: number
}

const sweepMs = 50

/**
 * The requests of one feature that have no whole answer yet, and how the share split them. A feature has this only while
 * a rollout looks at it, so that all others pay for one comparison.
 */
export class UnderWay {
  /** Of those that the share alone decided while the breaker was closed, how many went where. */
  readonly drawnTo: Record<BackendName, number> = { legacy: 0, candidate: 0 }
  /** With the deadline of those that legacy could still answer. */
  readonly #responses = new Map<Awaited, Deadline | undefined>()

  began (response: Awaited, { backend, reason, feature }: Decided): void {
    // What a tester forces says nothing of everybody's traffic.
    if (reason === 'forced') return
    this.#responses.set(response, undefined)
    // An open breaker takes from one side only.
    if (reason === 'share' && feature!.breaker.state === 'closed') this.drawnTo[backend]++
  }

  /** The candidate has been asked, and legacy may be asked instead once this deadline is missed. */
  mayFallBack (response: Awaited, deadline: Deadline): void {
    if (this.#responses.has(response)) this.#responses.set(response, deadline)
  }

  ended (response: Awaited): void {
    this.#responses.delete(response)
  }

  /** How many have no whole answer yet. */
  get size (): number {
    return this.#responses.size
  }

  /** Nobody looks any more: what ends from now on is not told. */
  forget (): void {
    this.#responses.clear()
  }

  /** How long each request to a backend has been under way. @param now monotonic milliseconds */
  agesMs (backend: BackendName, now: number): number[] {
    const ages: number[] = []
    for (const { decision, startedAt, settled } of this.#responses.keys()) {
      if (decision!.backend === backend && !settled) ages.push(now - startedAt)
    }
    return ages
  }

  /**
   * Gives requests that the candidate still owes an answer to legacy, as far as they may be, each when it has been under
   * way for a time: what is on its way to a candidate that was just found bad need not wait until its deadline is missed.
   */
  recall (afterMs: number): void {
    const waiting = new Map<Awaited, Deadline>()
    for (const [response, deadline] of this.#responses) if (deadline !== undefined) waiting.set(response, deadline)
    const sweep = (): void => {
      const now = performance.now()
      for (const [response, deadline] of waiting) {
        if (response.settled || !deadline.armed) waiting.delete(response)
        else if (now - response.startedAt >= afterMs) {
          waiting.delete(response)
          deadline.disarm()
          deadline.miss()
        }
      }
      if (waiting.size > 0) setTimeout(sweep, sweepMs).unref()
    }
    setImmediate(sweep)
  }
}
