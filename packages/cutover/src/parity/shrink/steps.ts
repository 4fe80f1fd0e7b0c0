import type { Scenario, Step } from '../scenario/scenario.ts'
import { literal as literalText } from '../scenario/fill.ts'
import { minimizeList, type Shows } from './list.ts'
import { namesGiven, namesUsed, withLiteral, withoutUnused, withoutUsers, withSources } from './references.ts'

/**
 * The fewest steps that still show. Whose captures a step needs stays with it, and who needs a step goes with it.
 * @param last the step, from 1, at which it showed
 */
export async function minimizeSteps (scenario: Scenario, shows: Shows<Scenario>, last?: number): Promise<Scenario> {
  let kept = scenario
  if (last !== undefined && last < kept.steps.length) {
    const begun = withoutUnused({ ...kept, steps: kept.steps.slice(0, last) })
    if (await shows(begun)) kept = begun
  }
  if (kept.steps.length > 1) {
    const all = kept.steps.map((_step, at) => at)
    const { steps } = kept
    const places = await minimizeList(all, async some => some.length > 0 && await shows(only(kept, withSources(steps, some))))
    kept = only(kept, withSources(steps, places))
  }
  // What ddmin cannot do: a step leaves together with those that lean on it.
  for (let at = kept.steps.length - 1; at >= 0; at--) {
    if (at >= kept.steps.length) continue
    const without = only(kept, withoutUsers(kept.steps, [at]))
    if (without.steps.length > 0 && await shows(without)) kept = without
  }
  return kept
}

function only (scenario: Scenario, places: ReadonlySet<number>): Scenario {
  return withoutUnused({ ...scenario, steps: scenario.steps.filter((_step, at) => places.has(at)) })
}

/** Writes literals in the place of captured and named values where that still shows, so that the steps which gave them can go. */
export async function inlineValues (scenario: Scenario, shows: Shows<Scenario>, literals: (name: string) => readonly string[]): Promise<Scenario> {
  let kept = scenario
  const names = new Set(kept.steps.flatMap(step => [...namesUsed(step)]))
  for (const name of names) {
    const value = kept.let?.[name]
    if (value === undefined && !isCaptured(kept.steps, name)) continue
    const given = value === undefined ? literals(name).map(literalText) : ['a', ...(typeof value === 'string' ? [value] : [])]
    for (const literal of given) {
      const inlined = withoutUnused({ ...kept, steps: kept.steps.map(step => namesUsed(step).has(name) ? withLiteral(step, name, literal) : step) })
      const smaller = value === undefined ? withoutLeftOver(kept, inlined) : inlined
      if (await shows(smaller)) {
        kept = smaller
        break
      }
    }
  }
  return kept
}

function isCaptured (steps: readonly Step[], name: string): boolean {
  return steps.some(step => namesGiven(step).includes(name))
}

/** Without the step that was there for its capture only; a step that is needed for what it does comes back when this does not show. */
function withoutLeftOver (before: Scenario, after: Scenario): Scenario {
  const steps = after.steps.filter((step, at) => step.capture !== undefined || before.steps[at]?.capture === undefined)
  return steps.length === 0 ? after : withoutUnused({ ...after, steps })
}
