import type { Finding } from '../finding.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TrialResult } from './result.ts'
import type { TrialContext } from './trial.ts'

/** A scenario that was run until its differences were confirmed or not. */
export interface ConfirmedTrial {
  /** The first run. */
  readonly result: TrialResult
  /** How often it was run. */
  readonly runs: number
  /** What nothing explains, one for each cause; `confirmed` says whether it showed again. */
  readonly findings: readonly Finding[]
}

/**
 * Runs a scenario; on a difference again, until what differs has shown often enough to be no accident, or `tries` are
 * used up. A scenario without a difference is run once.
 * @param tries runs at most, the first included; 7 when left out
 */
export async function confirmTrial (scenario: Scenario, context: TrialContext, tries = 7): Promise<ConfirmedTrial> {
  throw new Error(`not built yet ${scenario.name} ${context.timeoutMs} ${tries}`)
}
