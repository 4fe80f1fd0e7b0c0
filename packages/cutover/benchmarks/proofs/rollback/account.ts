import type { JournalLine } from './gateway.ts'
import type { Outcome } from './traffic.ts'

/** `well` is the control: a candidate that stays good must stay where it is. */
export const kinds = ['well', 'fail', 'hang', 'slow', 'wrong', 'leak', 'exit'] as const
export type Kind = typeof kinds[number]

/** What became of one fault, or of none. */
export interface Result {
  readonly kind: Kind
  /** From the fault to the last request that the candidate got from a client; null when it was not taken back. */
  readonly seconds: number | null
  /** Reads whose client got an error, no answer or, but for `wrong`, a body that is not the right one. */
  readonly safeFailed: number
  /** Writes whose client was told of a failure, or got no answer. */
  readonly unsafeFailed: number
  /** Reads that were answered 200 with a body that is not the right one. */
  readonly wrongBodies: number
  /** Requests from clients that the candidate got after the fault began. */
  readonly requests: number
  readonly gate: string | undefined
  readonly reason: string | undefined
  /** Requests that were counted: those that were under way at the fault, and those that came after it. */
  readonly counted: number
  /** Requests that failed before, while both backends were well: what this machine does to such a test. */
  readonly failedBefore: number
  /** The first that failed: its status, and when it was sent, milliseconds after the fault. */
  readonly failures: ReadonlyArray<{ readonly safe: boolean, readonly status: number, readonly after: number }>
  /** Of reads that were sent after the fault, milliseconds. */
  readonly slowestSafeMs: number
}

/** What the candidate got from clients. */
export interface Received {
  readonly pid: number
  readonly live: { readonly count: number, readonly lastAt: number }
}

/** How long before the fault a request may have been sent and still meet it. */
const underWayMs = 3_000

/**
 * Counts what a fault did.
 * @param faultAt when it began, milliseconds since 1970
 * @param before what the candidate had got when it began
 * @param after what it had got at the end; another process, if it has been started again
 */
export function settle (kind: Kind, { outcomes, faultAt, before, after, journal }: {
  readonly outcomes: readonly Outcome[]
  readonly faultAt: number
  readonly before: Received
  readonly after: Received
  readonly journal: readonly JournalLine[]
}): Result {
  const counted = outcomes.filter(({ sentAt, milliseconds }) => sentAt >= faultAt - underWayMs && sentAt + milliseconds >= faultAt)
  const safe = counted.filter(outcome => outcome.safe)
  const wrongBodies = safe.filter(({ status, right }) => status === 200 && !right).length
  const errors = safe.filter(({ status }) => status !== 200).length
  const failed = journal.findLast(line => line.kind === 'rollout' && line.event === 'failed')
  const again = after.pid !== before.pid
  const lastAt = again && after.live.count === 0 ? faultAt : after.live.lastAt
  return {
    kind,
    seconds: journal.some(line => line.kind === 'rollback') ? Math.max(0, lastAt - faultAt) / 1000 : null,
    safeFailed: errors + (kind === 'wrong' ? 0 : wrongBodies),
    unsafeFailed: counted.filter(({ safe, status }) => !safe && status !== 200).length,
    wrongBodies,
    requests: again ? after.live.count : after.live.count - before.live.count,
    gate: failed?.gate,
    reason: failed?.results?.find(result => result.gate === failed.gate)?.reason ?? failed?.why,
    counted: counted.length,
    failedBefore: outcomes.filter(outcome => outcome.status !== 200 && !counted.includes(outcome)).length,
    failures: counted.filter(({ status, right, safe }) => status !== 200 || (safe && !right && kind !== 'wrong')).slice(0, 10).map(({ safe, status, sentAt }) => ({ safe, status, after: Math.round(sentAt - faultAt) })),
    slowestSafeMs: Math.round(safe.filter(({ sentAt }) => sentAt >= faultAt).reduce((most, { milliseconds }) => Math.max(most, milliseconds), 0))
  }
}
