import type { ParityReport } from '../finding.ts'
import { checkDerivations } from '../scenario/derive.ts'
import { Campaign } from './campaign.ts'
import type { FuzzOptions } from './options.ts'

/**
 * Sends generated requests and sequences to all sides until its time is over, and reports what answers or states differ:
 * each single fault of each parameter and body, in turns with the lives of things and with sessions that change several
 * things which have to do with each other; then changes at random. What was found
 * when the signal of the context ends the run is in the report.
 * @throws CUT_DERIVE_UNKNOWN
 */
export async function fuzz (options: FuzzOptions): Promise<ParityReport> {
  checkDerivations([...options.signIn === undefined ? [] : [options.signIn], ...options.scenarios ?? []], options.context.sides.derive)
  const campaign = new Campaign(options)
  await campaign.run()
  return campaign.report()
}
