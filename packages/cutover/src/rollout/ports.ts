import type { Change, RolloutEvent } from '../config/control.ts'
import type { BasisPoints } from '../config/target.ts'
import type { Reading } from './reading.ts'

// What the controller needs of the world. Only the library and the commands join it to what implements it.

export interface TrafficControl {
  shares (): Promise<ReadonlyMap<string, { readonly share: BasisPoints, readonly rolledBack: boolean }>>
  setShare (feature: string, share: BasisPoints, reason: string): Promise<void>
  /** Acts on the next request, before it resolves. */
  rollback (feature: string, reason: string): Promise<void>
}

export interface MetricSource {
  /** @returns undefined when nothing can be known now, which is no data and never a pass */
  read (feature: string): Promise<Reading | undefined> | Reading | undefined
  /** From now on readings of this feature are wanted, so that requests under way are watched; until it is released. */
  watch (feature: string): () => void
}

/** The journal, as far as a rollout reads and writes it. */
export interface RolloutLog {
  readonly events: readonly RolloutEvent[]
  readonly changes: readonly Change[]
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
