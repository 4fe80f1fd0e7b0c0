import { performance } from 'node:perf_hooks'
import type { RedactionRules } from '../../message/redaction/rules.ts'
import type { Finding } from '../finding.ts'
import type { Scenario, Step } from '../scenario/scenario.ts'
import { saveFound } from '../shrink/save-found.ts'
import { showsCause, twinShows } from '../shrink/shows-cause.ts'
import { shrinkScenario } from '../shrink/shrink.ts'
import { confirmTrial } from '../trial/confirm-trial.ts'
import type { TrialResult } from '../trial/result.ts'
import { findingsOf } from '../trial/trial-findings.ts'
import type { RunTrial, TrialContext } from '../trial/trial.ts'

export interface HuntOptions {
  readonly context: TrialContext
  readonly run: RunTrial
  /** Milliseconds for shrinking one find. */
  readonly shrinkMs: number
  readonly saveTo: string | undefined
  /** What to take out of saved scenarios. */
  readonly redact: RedactionRules | undefined
  /** Hand-written scenarios, from which secrets are borrowed. */
  readonly sources: readonly Scenario[]
}

const leastShrinkMs = 2000
/** How often a cause that did not show again is followed: what was met by chance may hide what is there. */
const patience = 2
/** Time ends a shrinking, not tries. */
const mostTries = 3000

/** Follows what differs to its smallest request or sequence, each cause once. */
export class Hunt {
  readonly #options: HuntOptions
  readonly #found = new Map<string, Finding>()
  /** Causes that legacy shows with its own twin, or that did not show again. */
  readonly #dropped = new Map<string, number>()
  readonly notes: string[] = []

  constructor (options: HuntOptions) {
    this.#options = options
  }

  get all (): readonly Finding[] {
    return [...this.#found.values()]
  }

  get confirmed (): number {
    return this.all.filter(finding => finding.confirmed).length
  }

  /** What a trial shows that is not known yet, in the order of its steps; what is known is counted. */
  fresh (result: TrialResult, name: string): readonly Finding[] {
    const found = findingsOf(result, name)
    for (const { cause, occurrences } of found) {
      const known = this.#found.get(cause)
      if (known !== undefined) this.#found.set(cause, { ...known, occurrences: known.occurrences + occurrences })
    }
    return found.filter(finding => !this.#found.has(finding.cause) && (this.#dropped.get(finding.cause) ?? 0) < patience && !twinShows(result, finding)).sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity))
  }

  /**
   * Shrinks, confirms and keeps a finding.
   * @param starts scenarios that may show it, the smallest first; the last one is that in which it was met
   * @param literals what legacy gave for a capture
   * @returns whether it stays
   */
  async pursue (finding: Finding, starts: readonly Scenario[], literals: (name: string) => readonly string[]): Promise<boolean> {
    const { context, run, shrinkMs } = this.#options
    const shows = showsCause(finding.cause, context, run)
    const begun = performance.now()
    // Kept at once, so that a run that is ended meanwhile has it.
    this.#found.set(finding.cause, finding)
    // What was tried by a step says nothing of what is left of it.
    const bare = starts.map(each => ({ ...each, steps: each.steps.map(({ about: _, ...step }): Step => step) }))
    let start = bare.at(-1)!
    for (const each of bare.slice(0, -1)) {
      if (!await shows(each)) continue
      start = each
      break
    }
    const step = start === bare.at(-1) && finding.step !== undefined ? { step: finding.step } : {}
    const shrunk = await shrinkScenario(start, shows, { deadlineMs: Math.max(leastShrinkMs, shrinkMs - (performance.now() - begun)), maxTries: mostTries, literals, ...step, ...(context.signal !== undefined && { signal: context.signal }) })
    let scenario: Scenario = { ...shrunk.scenario, name: `found-${finding.cause}` }
    const confirmed = async (): Promise<Finding | undefined> => (await confirmTrial(scenario, context)).findings.find(({ cause }) => cause === finding.cause)
    let again = await confirmed()
    if (again?.confirmed !== true && shrunk.scenario !== start) {
      const small = [scenario, again] as const
      scenario = { ...start, name: scenario.name }
      again = await confirmed()
      if (again?.confirmed !== true) [scenario, again] = small
    }
    if (again === undefined) {
      this.#found.delete(finding.cause)
      this.#dropped.set(finding.cause, (this.#dropped.get(finding.cause) ?? 0) + 1)
      return false
    }
    const kept: Finding = { ...again, case: finding.case, occurrences: this.#found.get(finding.cause)?.occurrences ?? 1, shrunk: scenario }
    this.#found.set(finding.cause, kept)
    if (kept.confirmed) await this.#save(kept, scenario)
    return kept.confirmed
  }

  async #save (finding: Finding, scenario: Scenario): Promise<void> {
    const { saveTo, redact, sources } = this.#options
    if (saveTo === undefined) return
    try {
      const { file } = await saveFound(saveTo, finding, scenario, redact, sources)
      this.#found.set(finding.cause, { ...finding, file })
    } catch (error) {
      this.notes.push((error as Error).message)
    }
  }
}
