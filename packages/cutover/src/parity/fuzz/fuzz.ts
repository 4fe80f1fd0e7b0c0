import type { ParityReport } from '../finding.ts'
import type { FuzzOptions } from './options.ts'

/**
 * Sends generated requests and sequences to all sides until its time is over, and reports what answers or states differ.
 * What was found when the signal of the context ends the run is in the report.
 */
export async function fuzz (options: FuzzOptions): Promise<ParityReport> {
  const now = options.now ?? Date.now
  return { command: 'fuzz', startedAt: new Date(now()).toISOString(), durationMs: 0, cases: [], findings: [], leftOut: {}, coverage: [], untested: options.api.operations.map(operation => operation.endpoint), notes: ['Nothing was generated yet.'], seed: options.seed }
}
