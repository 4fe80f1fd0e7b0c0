import type { Scenario } from '../scenario/scenario.ts'
import type { RunTrial, TrialContext } from '../trial/trial.ts'
import { observationsOf, type Cause } from './cause.ts'

/**
 * The oracle of shrinking a finding: runs a scenario and looks for the same cause.
 * @param run the trial
 */
export function showsCause (cause: Cause, context: TrialContext, run: RunTrial): (scenario: Scenario) => Promise<boolean> {
  return async scenario => observationsOf(await run(scenario, context)).some(one => one.cause === cause.cause)
}
