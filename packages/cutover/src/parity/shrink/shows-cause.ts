import type { Finding } from '../finding.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TrialResult } from '../trial/result.ts'
import { runTrial } from '../trial/run-trial.ts'
import { findingsOf } from '../trial/trial-findings.ts'
import type { RunTrial, TrialContext } from '../trial/trial.ts'

/** Whether legacy and its own twin differ there in the same trial: this time it says nothing, another time it may. */
export function twinShows (result: TrialResult, { kind, step, difference }: Finding): boolean {
  if (kind === 'state') return (result.unstableState ?? []).some(each => each.pattern === difference?.pattern)
  const at = result.steps.find(each => each.step === step)
  return (at?.unstable ?? []).some(each => each.kind === 'status' || each.pattern === difference?.pattern)
}

/**
 * The oracle of shrinking a finding: runs a scenario and looks for the same cause, at whichever step, where legacy's twin
 * does not show it too: a key that legacy made up, written as a literal, is as strange to the twin as to the candidate.
 * @param cause of the finding
 * @param run the trial; {@link runTrial} when left out
 */
export function showsCause (cause: Finding['cause'], context: TrialContext, run: RunTrial = runTrial): (scenario: Scenario) => Promise<boolean> {
  return async scenario => {
    const result = await run(scenario, context)
    return findingsOf(result, scenario.name).some(finding => finding.cause === cause && !twinShows(result, finding))
  }
}
