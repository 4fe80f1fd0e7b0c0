import type { Finding } from '../finding.ts'
import type { TrialResult } from './result.ts'

/**
 * What one trial found, a finding for each cause, none of them confirmed.
 * @param name the scenario's
 */
export function findingsOf (result: TrialResult, name: string): readonly Finding[] {
  throw new Error(`not built yet ${result.durationMs} ${name}`)
}
