import type { BenchResult, Interval } from './result.ts'
import { mean } from './statistics/samples.ts'

export type SpeedVerdict = 'faster' | 'slower' | 'no difference shown'

/**
 * What an interval of a ratio shows: something only when it leaves out 1, and lies farther from it than what the baseline
 * differs from itself by.
 * @param better `more` where a higher ratio is better (requests a second), `less` for latencies and CPU
 * @param floor the ratio of two instances of the baseline
 */
export function verdictOf (interval: Interval, better: 'more' | 'less', floor: Interval | null = null): SpeedVerdict {
  const { value, low, high } = interval
  if (low <= 1 && high >= 1) return 'no difference shown'
  if (floor !== null && Math.abs(Math.log(value)) <= Math.abs(Math.log(floor.value))) return 'no difference shown'
  return (value > 1) === (better === 'more') ? 'faster' : 'slower'
}

/** The ratio of two ratios that were measured apart, its interval from theirs. */
export function changeOf (now: Interval, before: Interval): Interval {
  const half = (low: number, high: number): number => Math.log(high / low) / 2
  const value = Math.log(now.value / before.value)
  const width = Math.hypot(half(now.low, now.high), half(before.low, before.high))
  return { value: Math.exp(value), low: Math.exp(value - width), high: Math.exp(value + width) }
}

/** What has become of one figure since an earlier bench. */
export interface Change {
  readonly route: string
  readonly connections: number
  readonly backend: string
  readonly figure: 'rate' | 'p95' | 'cpu'
  /** The ratio to the baseline then, and now. */
  readonly before: Interval
  readonly now: Interval
  readonly verdict: SpeedVerdict
}

/** Compares what two benches say of the same backends on the same routes: ratios to legacy, which another machine changes less than rates. */
export function changesSince (now: BenchResult, before: BenchResult): readonly Change[] {
  return now.routes.flatMap(route => {
    const earlier = before.routes.find(other => other.route === route.route && other.connections === route.connections)
    return route.comparisons.flatMap(comparison => {
      const then = earlier?.comparisons.find(other => other.backend === comparison.backend)
      if (then === undefined) return []
      return (['rate', 'p95', 'cpu'] as const).flatMap((figure): Change[] => {
        const [a, b] = [comparison[figure], then[figure]]
        if (a === null || b === null) return []
        return [{ route: route.route, connections: route.connections, backend: comparison.backend, figure, before: b, now: a, verdict: verdictOf(changeOf(a, b), figure === 'rate' ? 'more' : 'less') }]
      })
    })
  })
}

/** One question of the decision matrix, with what each backend has to say to it. */
export interface MatrixRow {
  readonly question: string
  /** How it was measured, or undefined for what the user filled in. */
  readonly measured: { readonly unit: 'ratio' | 'bytes' | 'ms', readonly better: 'more' | 'less' } | undefined
  readonly cells: Readonly<Record<string, MatrixCell>>
}

export interface MatrixCell {
  /** In the row's unit; null where it was not measured, undefined for a text. */
  readonly value?: number | null
  readonly ratio?: number | null
  readonly text?: string
  /** Whether the intervals show that it is another than the baseline's, on no route to the contrary. */
  readonly shown?: boolean
}

const over = { peakBytes: 'peakMemory', idleBytes: 'idleMemory', startMs: 'start' } as const

/** What speaks for which backend: what was measured, and the facts that the user filled in. Ratios of several routes are averaged geometrically. */
export function matrixOf (result: BenchResult, facts: Readonly<Record<string, Readonly<Record<string, string>>>>): readonly MatrixRow[] {
  const names = result.backends.map(({ name }) => name)
  const cells = (read: (name: string) => MatrixCell): Record<string, MatrixCell> => Object.fromEntries(names.map(name => [name, read(name)]))
  const average = (values: readonly number[]): number | null => values.length === 0 ? null : Math.exp(mean(values.map(Math.log)))
  const ratio = (name: string, figure: 'rate' | 'p95' | 'cpu'): number | null => {
    if (name === result.baseline) return 1
    return average(result.routes.flatMap(({ comparisons }) => comparisons.filter(({ backend }) => backend === name).flatMap(each => each[figure]?.value ?? [])))
  }
  const samples = (name: string, figure: 'peakBytes' | 'idleBytes' | 'startMs'): number | null => average(result.backends.find(each => each.name === name)?.[figure] ?? [])
  const isShown = (name: string, figure: 'rate' | 'p95' | 'cpu', better: 'more' | 'less'): boolean => {
    const verdicts = new Set(result.routes.flatMap(({ comparisons, floor }) => comparisons.filter(({ backend }) => backend === name)
      .flatMap(each => each[figure] === null ? [] : [verdictOf(each[figure], better, figure === 'cpu' ? null : floor?.[figure] ?? null)])))
    return verdicts.has('faster') !== verdicts.has('slower')
  }
  const measured = (question: string, figure: 'rate' | 'p95' | 'cpu', better: 'more' | 'less'): MatrixRow =>
    ({ question, measured: { unit: 'ratio', better }, cells: cells(name => ({ value: ratio(name, figure), shown: isShown(name, figure, better) })) })
  const absolute = (question: string, figure: 'peakBytes' | 'idleBytes' | 'startMs', unit: 'bytes' | 'ms'): MatrixRow => ({
    question,
    measured: { unit, better: 'less' },
    cells: cells(name => {
      const [own, baseline] = [samples(name, figure), samples(result.baseline, figure)]
      const interval = result.overall.find(each => each.backend === name)?.[over[figure]] ?? null
      return { value: own, ratio: own === null || baseline === null ? null : own / baseline, shown: interval !== null && verdictOf(interval, 'less') !== 'no difference shown' }
    })
  })
  const rows = [
    measured('requests a second', 'rate', 'more'),
    measured('p95 at an equal rate', 'p95', 'less'),
    measured('CPU a request', 'cpu', 'less'),
    absolute('memory at its peak', 'peakBytes', 'bytes'),
    absolute('memory when idle', 'idleBytes', 'bytes'),
    absolute('time to start', 'startMs', 'ms')
  ].filter(row => Object.entries(row.cells).some(([name, { value }]) => name !== result.baseline && value !== null))
  return [...rows, ...Object.entries(facts).map(([question, said]): MatrixRow => ({ question, measured: undefined, cells: cells(name => ({ text: said[name] ?? '' })) }))]
}
