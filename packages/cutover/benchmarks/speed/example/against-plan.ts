import type { BenchResult, Interval } from '../../../src/bench/result.ts'
import { bound, isMet, type Bound, type Figure } from '../../harness/figure.ts'
import { detailsOf } from './details.ts'
import type { Example } from './example.ts'
import { comparisonOf, memoryOf, type Results } from './measure.ts'

/** What the plan of a migration promised of Fastify over Express; a want of each that it named, in the plan's own words too. */
export interface Plan {
  /** The JSON route that it is about. */
  readonly route: string
  readonly targets: Partial<Readonly<Record<Measure, { readonly want: string, readonly words: string }>>>
}

const measures = ['rps', 'p95', 'memory', 'cpu'] as const
type Measure = typeof measures[number]

/** The number of connections at which the plan is judged; the others are told beside it. */
const judgedAt = 50

/** The figure of an example beside its plan: `rps`, `p95`, `memory` and `cpu` are the plan's, all else is told. */
export function againstPlan (example: Example, results: Results, plan: Plan, log: (line: string) => void): Figure {
  const judged = results.get(judgedAt)
  const bounds = measures.map(measure => bound(measure, plan.targets[measure]?.want ?? '', judged === undefined ? null : measured(judged, plan.route, measure)))
  const beside = [...results].flatMap(([connections, result]) => [
    ...example.routes.flatMap(route => (['rps', 'p95', 'cpu'] as const).map(measure => bound(`${route}_${measure}_${connections}`, '', measured(result, route, measure)))),
    bound(`memory_${connections}`, '', memoryOf(result))
  ])
  const lines = planLines(bounds, plan)
  for (const line of lines) log(line)
  return {
    figure: example.name,
    bounds: [...bounds, ...beside],
    beside_the_plan: lines,
    route: plan.route,
    ...detailsOf(example, results, 'of the route alone'),
    judged_at: `${judgedAt} connections`
  }
}

function measured (result: BenchResult, route: string, measure: Measure): Interval | null {
  const comparison = comparisonOf(result, route)
  switch (measure) {
    case 'rps': return comparison?.rate ?? null
    case 'p95': return comparison?.p95 ?? null
    case 'cpu': return comparison?.cpu ?? null
    case 'memory': return memoryOf(result)
  }
}

/** `p95: plan: −60 %, measured: −48.2 % (−55.0 % to −40.1 %), missed`. */
export function planLines (bounds: readonly Bound[], { targets }: Plan): readonly string[] {
  return bounds.map(each => {
    const target = targets[each.name as Measure]
    const { value, low, high } = each
    const shown = (ratio: number): string => each.name === 'rps' ? `${ratio.toFixed(2)}×` : `${ratio < 1 ? '−' : '+'}${Math.abs((ratio - 1) * 100).toFixed(1)} %`
    const figure = value === null ? 'nothing' : `${shown(value)}${low === null || high === null ? '' : ` (${shown(low)} to ${shown(high)})`}`
    return `${each.name.padEnd(6)} plan: ${target?.words ?? 'none'}, measured: ${figure}${target === undefined ? '' : `, ${isMet(each) ? 'met' : 'missed'}`}`
  })
}
