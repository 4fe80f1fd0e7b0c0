import { fault } from '../../errors.ts'
import { fillStep } from '../scenario/fill.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Sender } from '../send/sender.ts'
import { Lane } from '../trial/lane.ts'
import type { Side } from '../trial/side.ts'
import type { TrialContext } from '../trial/trial.ts'

/** How a replay gets credentials of each side's own. */
export interface SignIn {
  readonly scenario: Scenario
  /** Values may hold `${capture}` of the scenario. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Runs the steps of a scenario on one side.
 * @returns the headers with what it captured there
 * @throws CUT_SIGN_IN_FAILED
 */
export async function signIn (side: Side, { scenario, headers }: SignIn, context: TrialContext, sender: Sender): Promise<Readonly<Record<string, string>>> {
  const lane = new Lane(side, scenario, context, sender)
  for (const step of scenario.steps) {
    const { problem } = await lane.take(step)
    if (problem !== undefined) throw fault('CUT_SIGN_IN_FAILED', scenario.name, side.name, problem)
  }
  const filled = fillStep({ request: 'GET /', headers }, lane.values)
  if ('problem' in filled) throw fault('CUT_SIGN_IN_FAILED', scenario.name, side.name, filled.problem)
  return Object.fromEntries(filled.headers.filter(([name]) => Object.keys(headers).some(wanted => wanted.toLowerCase() === name.toLowerCase())))
}
