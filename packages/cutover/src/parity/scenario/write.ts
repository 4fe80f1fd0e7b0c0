import type { Scenario } from './scenario.ts'

/**
 * Writes a scenario as YAML for people: {@link parseScenario} reads the same one back.
 * @param comment lines put above it
 */
export function writeScenario (scenario: Scenario, comment?: string): string {
  throw new Error(`not built yet ${scenario.name} ${comment}`)
}
