import type { Scenario } from '../scenario/scenario.ts'
import type { TrialResult } from './result.ts'
import type { TrialContext } from './trial.ts'

/**
 * Runs a scenario once on all sides, each from a fresh state, and compares answers and states.
 * @throws the signal's reason when it is aborted
 */
export async function runTrial (scenario: Scenario, context: TrialContext): Promise<TrialResult> {
  throw new Error(`not built yet ${scenario.name} ${context.timeoutMs}`)
}
