import type { BackendName } from '../../config/target.ts'
import type { Batch } from '../evidence/batch.ts'
import type { Reading, SideReading } from '../reading.ts'

/** The share at which legacy has no traffic left, basis points. */
export const everyone = 10_000

/** What a backend did between two readings. Totals that fell (a source that lost its counters) count as nothing. */
export function added (count: (side: SideReading) => Batch, before: Reading, now: Reading, backend: BackendName): Batch {
  return increase(count(before.sides[backend]), count(now.sides[backend]))
}

export function increase (was: Batch, is: Batch): Batch {
  const events = Math.max(0, is.events - was.events)
  // A request that was overdue before it failed was counted then; as a failure it must not be without a request.
  return { trials: Math.max(events, is.trials - was.trials), events }
}
