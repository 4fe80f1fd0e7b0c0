import type { LatencyReading, Reading, SideReading } from '../../../src/rollout/reading.ts'
import type { Binomial } from './binomial.ts'

/** Legacy's 95th percentile, and the bound of the candidate: 1.25 times that. Milliseconds. */
export const legacyP95Ms = 40
export const p95Ms = 50

/** What the two backends do at one moment: parts of their requests. */
export interface Behaviour {
  /** Of the candidate's that fail. */
  readonly failing: number
  /** Of those, that legacy answers instead. */
  readonly fallingBack: number
  /** Of the candidate's that take longer than {@link p95Ms}. */
  readonly slow: number
  /** Of legacy's that take longer than {@link legacyP95Ms}. */
  readonly legacySlow: number
}

interface Counts {
  requests: number
  failures: number
  fallbacks: number
  slow: number
}

/** Counters as those of a switch, fed by chance instead of by requests. */
export class SimulatedTraffic {
  readonly #draw: Binomial
  readonly #candidate: Counts = { requests: 0, failures: 0, fallbacks: 0, slow: 0 }
  readonly #legacy: Counts = { requests: 0, failures: 0, fallbacks: 0, slow: 0 }
  #drawnToLegacy = 0
  #drawnToCandidate = 0
  #at = 0

  constructor (draw: Binomial) {
    this.#draw = draw
    // The switch ran on legacy alone before the rollout, for half a minute at 1 000 requests a second.
    this.#legacy.requests = 30_000
    this.#legacy.slow = 1_500
  }

  get candidateRequests (): number {
    return this.#candidate.requests
  }

  /** One tick: requests are split by the share, and answered. */
  pass (requests: number, share: number, { failing, fallingBack, slow, legacySlow }: Behaviour, tickMs: number): void {
    const toCandidate = this.#draw(requests, share / 10_000)
    const toLegacy = requests - toCandidate
    const failures = this.#draw(toCandidate, failing)
    this.#candidate.requests += toCandidate
    this.#candidate.failures += failures
    this.#candidate.fallbacks += this.#draw(failures, fallingBack)
    this.#candidate.slow += this.#draw(toCandidate, slow)
    this.#legacy.requests += toLegacy
    this.#legacy.slow += this.#draw(toLegacy, legacySlow)
    this.#drawnToCandidate += toCandidate
    this.#drawnToLegacy += toLegacy
    this.#at += tickMs
  }

  reading (share: number): Reading {
    return {
      at: this.#at,
      share,
      drawn: true,
      drawnTo: { legacy: this.#drawnToLegacy, candidate: this.#drawnToCandidate },
      sides: { legacy: sideOf(this.#legacy, legacyP95Ms), candidate: sideOf(this.#candidate, p95Ms) },
      processes: { legacy: undefined, candidate: undefined },
      breaker: 'closed',
      parity: { live: { same: 0, different: 0 }, verified: undefined },
      asked: {}
    }
  }
}

function sideOf ({ requests, failures, fallbacks, slow }: Counts, quantileMs: number): SideReading {
  return { requests, failures, fallbacks, latencies: new SimulatedLatencies(requests, slow, quantileMs) }
}

/** As much of latencies as gates ask for: all that is slow is over the one bound that they have for this side. */
class SimulatedLatencies implements LatencyReading {
  readonly total: number
  readonly #slow: number
  readonly #quantileMs: number

  constructor (total: number, slow: number, quantileMs: number) {
    this.total = total
    this.#slow = slow
    this.#quantileMs = quantileMs
  }

  known (): number {
    return this.total
  }

  over (): number {
    return this.#slow
  }

  quantileSince (): number {
    return this.#quantileMs
  }
}
