import type { Scenario, Step } from '../scenario/scenario.ts'
import type { Shows } from './list.ts'
import { namesIn } from './references.ts'
import { minimizeNumber, minimizeText } from './text.ts'

/** A text or number in bodies. */
type Leaf = string | number

/**
 * Makes values that stand in several places smaller in all of them at once: a name that is taken twice must stay the same
 * name, so that no place of it can be changed alone.
 */
export async function minimizeShared (scenario: Scenario, shows: Shows<Scenario>): Promise<Scenario> {
  let kept = scenario
  for (const value of sharedLeaves(scenario.steps)) {
    const base = kept
    const others = new Set(leavesOf(base.steps.map(({ json }) => json)))
    const put = (smaller: Leaf): Scenario => ({ ...base, steps: base.steps.map(step => step.json === undefined ? step : { ...step, json: replaced(step.json, value, smaller) }) })
    // What stands elsewhere already would tie to more places than before.
    const showsValue = (smaller: Leaf): Promise<boolean> => others.has(smaller) ? Promise.resolve(false) : shows(put(smaller))
    const smaller = typeof value === 'string' ? await minimizeText(value, showsValue) : await minimizeNumber(value, showsValue)
    if (smaller !== value) kept = put(smaller)
  }
  return kept
}

function sharedLeaves (steps: readonly Step[]): readonly Leaf[] {
  const counts = new Map<Leaf, number>()
  for (const leaf of leavesOf(steps.map(({ json }) => json))) counts.set(leaf, (counts.get(leaf) ?? 0) + 1)
  return [...counts].flatMap(([leaf, count]) => count > 1 && (typeof leaf === 'number' || (leaf.length > 1 && namesIn(leaf).size === 0)) ? [leaf] : [])
}

function leavesOf (value: unknown): readonly Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []
}

function replaced (value: unknown, old: Leaf, next: Leaf): unknown {
  if (value === old) return next
  if (Array.isArray(value)) return value.map(each => replaced(each, old, next))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, old, next)]))
}
