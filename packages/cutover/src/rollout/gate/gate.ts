import type { GateResult } from '../../config/control.ts'
import type { Reading } from '../reading.ts'

/** Plain data that JSON keeps as it is: what a gate has seen so far. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * One condition on a feature's evidence. It is pure: what it has seen is in its state, which is plain JSON, and it
 * looks at nothing but two readings that follow each other.
 */
export interface Gate<S = unknown> {
  /** As in the config, and in every result. */
  readonly name: string
  /** What it has seen at the start of a rollout: nothing. */
  open (): S
  /** A new stage begins: what a stage must show for itself is counted anew, what the whole rollout showed stays. */
  enterStage (state: S): S
  /** @param before undefined for the first reading, from which others are counted */
  observe (state: S, before: Reading | undefined, now: Reading): S
  /** Whether it takes the feature back; quick, as it is asked at every tick. */
  alarmed (state: S): boolean
  judge (state: S): GateResult
}
