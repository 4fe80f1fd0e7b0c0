import { loadConfig } from '../../../src/config/load.ts'
import type { ComparisonConfig } from '../../../src/config/comparison.ts'
import { describedApis } from '../../../src/cli/parity/described-apis.ts'
import { knownRoutes } from '../../../src/cli/parity/trial-sides.ts'
import type { Api } from '../../../src/parity/fuzz/openapi/api.ts'
import { joinApis } from '../../../src/parity/fuzz/openapi/match.ts'
import type { ParityReport } from '../../../src/parity/finding.ts'
import { loadScenarios } from '../../../src/parity/scenario/load.ts'
import { openSides } from '../../../src/parity/trial/open-sides.ts'
import type { Side, Sides } from '../../../src/parity/trial/side.ts'
import { verify } from '../../../src/parity/verify/verify.ts'
import { faults, openFault, type Fault } from './fault.ts'

/** What `verify` says of an example, as it is and with faults planted. */
export interface Verified {
  readonly report: ParityReport
  /** What the candidate describes itself to answer. */
  readonly api: Api
  /** What differs on purpose. */
  readonly rules: ComparisonConfig
  /** Whether each fault, planted in front of the candidate, was found. */
  readonly faults: Readonly<Record<Fault, boolean>>
}

/**
 * Does what `cutover verify` does in an example's folder, then again with each fault until it is found.
 * @throws what keeps it from being run: a backend that does not start, a config that names no OpenAPI document
 */
export async function verifyExample (folder: string, log: (line: string) => void): Promise<Verified> {
  const settings = await loadConfig({ cwd: folder })
  const { compare, timeoutMs, bodyLimitBytes, state, scenarios: where } = settings.parity
  const scenarios = (await loadScenarios(where)).map(({ scenario }) => scenario)
  const sides = await openSides(settings, { log: ({ level, message }) => { if (level === 'warn') log(message) } })
  const run = async (against: Sides, more: Partial<Parameters<typeof verify>[0]>): Promise<ParityReport> => await verify({
    scenarios, sides: against, rules: compare, timeoutMs, bodyLimit: bodyLimitBytes, settleMs: state.settleMs, ...more
  })
  try {
    const api = joinApis(await describedApis(settings, sides, AbortSignal.timeout(30_000)))
    if (api.operations.length === 0) throw new Error(`${folder} describes no operation: parity.openapi names no document, or an empty one`)
    const report = await run(sides, { known: knownRoutes(settings), api, notes: sides.notes })
    const found = async (fault: Fault): Promise<boolean> => await withFault(sides.candidate, fault, async candidate => {
      const first = new AbortController()
      const { findings } = await run({ ...sides, candidate }, { signal: first.signal, onProgress: ({ last }) => { if (last.outcome === 'different') first.abort() } })
      return findings.some(({ confirmed }) => confirmed)
    })
    const results: Array<readonly [Fault, boolean]> = []
    for (const fault of faults) results.push([fault, await found(fault)])
    return { report, api, rules: compare, faults: Object.fromEntries(results) as Record<Fault, boolean> }
  } finally {
    await sides.close()
  }
}

async function withFault<Result> (side: Side, fault: Fault, use: (side: Side) => Promise<Result>): Promise<Result> {
  const planted = await openFault(fault, () => side.origin())
  try {
    return await use({ ...side, origin: () => planted.origin })
  } finally {
    await planted.close()
  }
}
