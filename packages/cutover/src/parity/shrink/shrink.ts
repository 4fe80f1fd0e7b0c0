import { performance } from 'node:perf_hooks'
import type { Scenario } from '../scenario/scenario.ts'
import { Oracle, OutOfBounds } from './oracle.ts'
import { withoutUnused } from './references.ts'
import { minimizeShared } from './shared.ts'
import { sizeOf } from './size.ts'
import { minimizeStep } from './step.ts'
import { inlineValues, minimizeSteps } from './steps.ts'

/** Bounds of one shrinking. */
export interface ShrinkOptions {
  /** Trials at most; 300 when left out. A few more make the result certain. */
  readonly maxTries?: number
  /** Milliseconds at most; 30 000 when left out. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** The step, from 1, at which it showed: what comes after is left away first. */
  readonly step?: number
  /**
   * Values that legacy's answers gave a captured name, to be written in the capture's place where that still shows; `1`, a
   * likely key of a first row, when left out.
   */
  readonly literals?: (name: string) => readonly string[]
  /** Milliseconds, monotonic; `performance.now` when left out. */
  readonly now?: () => number
}

/** The smallest scenario found that still shows it. */
export interface Shrunk {
  readonly scenario: Scenario
  /** How often the oracle was asked. */
  readonly tries: number
  /** False when a bound ended it before nothing more could be taken away, or when the scenario as it was did not show. */
  readonly complete: boolean
}

/** How often something that should show is asked before it is taken for chance. */
const PATIENCE = 3

/** Passes over the whole scenario. */
const PASSES = 6

/**
 * Takes away from a scenario whatever it does not need to show something: steps, then parts of the requests that are left
 * (delta debugging, Zeller & Hildebrandt 2002; on JSON level by level, Misherghi & Su 2006). Deterministic.
 * What it gives has shown at least twice, or is the scenario as it was.
 * @param shows whether a smaller scenario still shows it; one that fails to by chance costs size, not the finding
 */
export async function shrinkScenario (scenario: Scenario, shows: (smaller: Scenario) => Promise<boolean>, options: ShrinkOptions = {}): Promise<Shrunk> {
  const { maxTries = 300, deadlineMs = 30_000, signal, step, literals = () => ['1'], now = () => performance.now() } = options
  const oracle = new Oracle(shows, { maxTries, deadlineMs, signal, now })
  const progress = new Progress(scenario, oracle)
  const { ask } = progress
  let complete = false
  try {
    if (!await showsAgain(scenario, oracle)) return { scenario, tries: oracle.tries, complete: false }
    for (let pass = 0; pass < PASSES && !complete; pass++) {
      const before = progress.current
      await ask(withoutUnused(before))
      if (before.given !== undefined) await ask(withoutGiven(progress.current))
      await minimizeSteps(progress.current, ask, pass === 0 ? step : undefined)
      for (let at = progress.current.steps.length - 1; at >= 0; at--) await minimizeStep(progress.current, at, ask)
      await minimizeShared(progress.current, ask)
      await inlineValues(progress.current, ask, literals)
      complete = await progress.confirm() && progress.current === before
    }
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error
  }
  try {
    await progress.confirm()
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error
  }
  return { scenario: progress.confirmed, tries: oracle.tries, complete }
}

/** The smallest scenario that showed so far, and the smallest that showed twice. */
class Progress {
  current: Scenario
  confirmed: Scenario
  /** What showed once since the last that is confirmed, from the largest. */
  #once: Scenario[] = []
  readonly #oracle: Oracle

  constructor (scenario: Scenario, oracle: Oracle) {
    this.current = scenario
    this.confirmed = scenario
    this.#oracle = oracle
  }

  /** Asks about a smaller scenario; it becomes the current one when it shows. */
  readonly ask = async (smaller: Scenario): Promise<boolean> => {
    if (!await this.#oracle.ask(smaller)) return false
    if (sizeOf(smaller) <= sizeOf(this.current) && JSON.stringify(smaller) !== JSON.stringify(this.current)) {
      this.current = smaller
      this.#once.push(smaller)
    }
    return true
  }

  /**
   * Has the smallest scenario show a second time; where it does not, an earlier one becomes the current one.
   * @returns whether the current one was confirmed as it was
   */
  async confirm (): Promise<boolean> {
    const waiting = this.#once
    this.#once = []
    // Only so many: each costs PATIENCE tries.
    for (const scenario of spread(waiting.reverse())) {
      if (await showsAgain(scenario, this.#oracle)) {
        const asItWas = scenario === this.current
        this.current = this.confirmed = scenario
        return asItWas
      }
      this.#oracle.deny(scenario)
    }
    const asItWas = this.current === this.confirmed
    this.current = this.confirmed
    return asItWas
  }
}

/** The first ones, then ever fewer: 0, 1, 3, 7, 15 … */
function * spread<T> (all: readonly T[]): Iterable<T> {
  for (let at = 0; at < all.length; at = at * 2 + 1) yield all[at]!
}

async function showsAgain (scenario: Scenario, oracle: Oracle): Promise<boolean> {
  for (let left = PATIENCE; left > 0; left--) if (await oracle.again(scenario)) return true
  return false
}

function withoutGiven ({ given, ...scenario }: Scenario): Scenario {
  return scenario
}
