import type { Scenario } from './scenario.ts'

/** A scenario with the file it came from. */
export interface LoadedScenario {
  readonly scenario: Scenario
  /** Absolute. */
  readonly file: string
}

/**
 * Reads all scenarios below a folder (`.yaml`, `.yml`, `.json`, and modules whose default export is a scenario or a
 * list of them), in the order of their paths; `found/` last.
 * @throws CUT_SCENARIO_INVALID, CUT_SCENARIOS_MISSING
 */
export async function loadScenarios (folder: string): Promise<readonly LoadedScenario[]> {
  throw new Error(`not built yet ${folder}`)
}
