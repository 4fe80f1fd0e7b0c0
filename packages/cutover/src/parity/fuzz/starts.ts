import type { Scenario } from '../scenario/scenario.ts'
import { captureFrom } from '../scenario/capture.ts'
import { withoutUnused, withSources } from '../shrink/references.ts'
import type { TrialResult } from '../trial/result.ts'

/** What likely is enough of a sequence to show what its last step showed: without the reads before, then all of it. */
export function essentials (scenario: Scenario): readonly Scenario[] {
  const { steps } = scenario
  const places = steps.flatMap((step, place) => place === steps.length - 1 || !/^(GET|HEAD|OPTIONS) /.test(step.request) ? [place] : [])
  const chosen = withSources(steps, places)
  if (chosen.size === steps.length) return [scenario]
  return [withoutUnused({ ...scenario, steps: steps.filter((_, place) => chosen.has(place)) }), scenario]
}

/** What legacy gave for each capture of a scenario: values that may stand in its place. */
export function literalsOf (result: TrialResult, scenario: Scenario): (name: string) => readonly string[] {
  const values = new Map<string, string[]>()
  for (const { step, exchanges: { legacy } } of result.steps) {
    for (const [name, from] of Object.entries(scenario.steps[step - 1]?.capture ?? {})) {
      const value = legacy === undefined ? undefined : captureFrom(legacy.response, from)
      if (typeof value === 'string' || typeof value === 'number') values.set(name, [...values.get(name) ?? [], String(value)])
    }
  }
  // A first row is there more often than any other.
  return name => [...new Set(['1', ...values.get(name) ?? []])]
}
