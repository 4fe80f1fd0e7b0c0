import type { ComparisonConfig } from '../../config/comparison.ts'
import type { CaseResult, ParityReport } from '../finding.ts'
import type { NoiseProfile } from '../noise.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Sides } from '../trial/side.ts'

export interface VerifyOptions {
  readonly scenarios: readonly Scenario[]
  /** Stay open: whoever opened them closes them. */
  readonly sides: Sides
  /** Checked by `validateRules`. */
  readonly rules: ComparisonConfig
  readonly timeoutMs: number
  readonly bodyLimit: number
  /** Waited after each reset, so that caches hear of it, milliseconds. */
  readonly settleMs?: number
  /** Noise learned in earlier runs. */
  readonly noise?: NoiseProfile
  /** Endpoints that should be asked, such as the routes of all features: `GET /health`, `/api/vehicles/*`. */
  readonly known?: readonly string[]
  /** Runs of a scenario that differs, at most. */
  readonly tries?: number
  /** Ends the run early; what was found is reported. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: VerifyProgress) => void
}

/** After each scenario. */
export interface VerifyProgress {
  readonly done: number
  readonly total: number
  readonly last: CaseResult
}

/** Runs every scenario on all sides, and reports what nothing explains. Never throws for what a backend does. */
export async function verify (options: VerifyOptions): Promise<ParityReport> {
  throw new Error(`not built yet ${options.scenarios.length}`)
}
