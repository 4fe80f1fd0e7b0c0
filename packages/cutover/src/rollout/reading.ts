import type { BackendName } from '../config/target.ts'

// What gates judge. Every number is a total since the switch started and only grows; a gate looks at what was added
// between two readings, so that one that is missed loses nothing.

/** What one backend did for one feature. */
export interface SideReading {
  /** Requests that were answered, failed, or are overdue: a request that hangs counts before it has ended. */
  readonly requests: number
  /** Of them, what the client, or legacy in its place, had to bear: answers of 500 and above, and fallbacks. */
  readonly failures: number
  /** Of the failures, those that legacy answered instead. */
  readonly fallbacks: number
  readonly latencies: LatencyReading
}

/**
 * Latencies of answers, and of requests that have none yet as far as it is known: one that hangs, or whose client gave
 * up, is over each bound that it has outlived.
 */
export interface LatencyReading {
  /** How many were answered, or are overdue by the smallest bound that a gate has. For parts of them see `known`. */
  readonly total: number
  /** How many took longer, within 1 % of the bound. */
  over (milliseconds: number): number
  /**
   * Of how many it is known whether they took longer: the number that `over` is a part of. A request counts for each bound
   * once, when it has outlived it or has its answer, so that what both grow by between two readings are trials and events.
   */
  known (milliseconds: number): number
  /**
   * Milliseconds that a part (0 to 1) of what was added since another reading is at or under; null when nothing was.
   * Without another reading: of what is recent, or of all where that is too little. How a start went says little of today.
   */
  quantileSince (before: LatencyReading | undefined, part: number): number | null
}

/** A process; undefined fields are not known. */
export interface ProcessReading {
  readonly residentBytes: number | undefined
  /** User and system, since it started. */
  readonly cpuSeconds: number | undefined
  /** 99th percentile since the reading before, milliseconds. */
  readonly eventLoopDelayMs: number | undefined
  /** Changes when the process was started again, so that its totals begin anew. */
  readonly pid: number
}

/** What comparisons showed. */
export interface ParityReading {
  /** By shadowing. */
  readonly live: { readonly same: number, readonly different: number }
  /** The last `cutover verify` of this feature; undefined when there was none. */
  readonly verified: { /** ISO 8601 */ readonly at: string, readonly differences: number, readonly cases: number } | undefined
}

/** All that is known of a feature at one moment. */
export interface Reading {
  /** Milliseconds of a monotonic clock. */
  readonly at: number
  /** The feature's share at this moment, basis points. */
  readonly share: number
  /** Whether single requests are drawn, so that their ratio follows the share; false for sticky features. */
  readonly drawn: boolean
  /** Requests that the share alone decided, by side, not those that were forced, pinned, or diverted by the breaker. */
  readonly drawnTo: Readonly<Record<BackendName, number>>
  readonly sides: Readonly<Record<BackendName, SideReading>>
  readonly processes: Readonly<Record<BackendName, ProcessReading | undefined>>
  /** `asking`: open, and legacy's answers have not said yet whether it fails too. */
  readonly breaker: 'closed' | 'open' | 'half-open' | 'asking'
  /** Whether legacy failed as well when the candidate last did: an outage of something that both need. Left out: not known. */
  readonly excused?: boolean
  readonly parity: ParityReading
  /** What gates of the user's own and Prometheus queries last said, by name; those that said nothing are missing. */
  readonly asked: Readonly<Record<string, { readonly verdict: 'pass' | 'fail' | 'no data', readonly value?: number, readonly reason: string }>>
}
