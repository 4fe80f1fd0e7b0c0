import type { Cause, JournalEntry, RolloutEvent } from '../config/control.ts'
import type { BasisPoints } from '../config/target.ts'
import type { Reading } from './reading.ts'

// What the controller needs of the world. Only the library and the commands join it to what implements it.

/** Where a feature stands. */
export interface ShareState {
  readonly share: BasisPoints
  readonly rolledBack: boolean
}

export interface TrafficControl {
  /** Where every feature stands at this moment. */
  shares (): ReadonlyMap<string, ShareState>
  /**
   * Sets a share, unless the feature stands elsewhere than expected: what somebody did by hand meanwhile is never undone.
   * A raise is on disk before it acts.
   * @returns whether it was set
   */
  setShare (feature: string, share: BasisPoints, expected: ShareState, cause: Cause): Promise<boolean>
  /** Acts on the next request, before it returns; the promise is for the journal. */
  rollback (feature: string, cause: Cause): Promise<void>
}

export interface MetricSource {
  /** @returns undefined when nothing can be known now, which is no data and never a pass */
  read (feature: string): Promise<Reading | undefined> | Reading | undefined
  /** From now on readings of this feature are wanted, so that requests under way are watched; until it is released. */
  watch (feature: string): () => void
}

/** The journal, as far as a rollout reads and writes it. */
export interface RolloutLog {
  /** Share changes and events, oldest first, as they stand in the file. */
  readonly lines: readonly JournalEntry[]
  /** Resolves once it is on disk. */
  append (event: RolloutEvent): Promise<void>
}

export interface Notifier {
  /** Never throws and never waits: what cannot be told is logged. */
  tell (event: RolloutEvent): void
}

export interface Clock {
  /** Milliseconds, monotonic. */
  now (): number
  /** For people and the journal. */
  date (): Date
}
