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
  const trials = is.trials - was.trials
  const events = is.events - was.events
  return trials < 0 || events < 0 ? { trials: 0, events: 0 } : { trials: Math.max(trials, events), events }
}
