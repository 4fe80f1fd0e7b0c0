import type { ComparisonConfig } from '../../config/comparison.ts'
import type { NoiseProfile } from '../noise.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TrialResult } from './result.ts'
import type { Sides } from './side.ts'

/** What trials of one run share. */
export interface TrialContext {
  readonly sides: Sides
  readonly rules: ComparisonConfig
  /** Noise learned so far; each trial with a twin adds to it. */
  noise: NoiseProfile
  /** For one request, from its first byte to the answer's last. */
  readonly timeoutMs: number
  /** Bytes of a body kept; larger ones are compared by hash. */
  readonly bodyLimit: number
  /** Waited after each reset, so that caches of the backends hear of it, milliseconds; none when left out. */
  readonly settleMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Runs a scenario once on all sides, each from a fresh state, and compares. The seam between scenario, fuzz and shrink. */
export type RunTrial = (scenario: Scenario, context: TrialContext) => Promise<TrialResult>
