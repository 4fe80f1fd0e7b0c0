import type { Scenario } from './scenario.ts'

/** Gives a scenario in a TypeScript or JavaScript module its types; returns what it is given. */
export function defineScenario (scenario: Scenario): Scenario {
  return scenario
}

/**
 * Reads a scenario from YAML or JSON text.
 * @param file where it came from, for messages
 * @throws CUT_SCENARIO_INVALID with file, line, what is wrong and what to do
 */
export function parseScenario (text: string, file: string): Scenario {
  throw new Error(`not built yet ${text} ${file}`)
}
