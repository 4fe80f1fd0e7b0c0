import type { Finding } from '../finding.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { runTrial } from '../trial/run-trial.ts'
import { findingsOf } from '../trial/trial-findings.ts'
import type { RunTrial, TrialContext } from '../trial/trial.ts'

/**
 * The oracle of shrinking a finding: runs a scenario and looks for the same cause, at whichever step.
 * @param cause of the finding
 * @param run the trial; {@link runTrial} when left out
 */
export function showsCause (cause: Finding['cause'], context: TrialContext, run: RunTrial = runTrial): (scenario: Scenario) => Promise<boolean> {
  return async scenario => findingsOf(await run(scenario, context), scenario.name).some(finding => finding.cause === cause)
}
