import type { StateClone } from '../../state/state.ts'
import type { Derivations } from '../scenario/derive.ts'

export type SideName = 'legacy' | 'twin' | 'candidate'

/** One running backend of a trial, usually in a process of its own, with its own clone of the database. */
export interface Side {
  readonly name: SideName
  /** Where it answers; another one after {@link revive}. */
  origin (): URL
  /** Its clone of the database; undefined where none is configured: then nothing can be reset, and only answers are compared. */
  readonly state: StateClone | undefined
  /**
   * Starts it again when it has died; does nothing when it lives.
   * @throws CUT_SIDE_DOWN when it does not come up again
   */
  revive (): Promise<void>
}

/** The backends that answer the same requests. Without a twin nothing is learned as noise. */
export interface Sides {
  readonly legacy: Side
  readonly twin: Side | undefined
  readonly candidate: Side
  /** What scenarios may derive values by. */
  readonly derive?: Derivations | undefined
  /** Stops what was started and drops the clones. */
  close (): Promise<void>
}
