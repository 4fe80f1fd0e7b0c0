import type { Block, LatencyBlock, RouteResult } from '../../bench/result.ts'
import { studentQuantile } from '../../bench/statistics/beta.ts'
import type { CurvePoint, RateView, RouteSpeed, SpeedView } from './dossier.ts'
import type { DossierInputs } from './inputs.ts'

/** What the newest bench that measured a feature found; undefined when none did. */
export function speedOf (feature: string, { bench }: Pick<DossierInputs, 'bench'>): SpeedView | undefined {
  for (const { value } of bench) {
    const routes = value?.routes.filter(route => route.feature === feature) ?? []
    if (value === undefined || routes.length === 0) continue
    const { id, at, seconds, baseline, notes, environment } = value
    return {
      bench: { id, at, seconds, baseline, notes, environment },
      source: `bench-${id}`,
      routes: routes.map((result, place) => routeSpeed(`${feature}-route-${place + 1}`, result))
    }
  }
  return undefined
}

function routeSpeed (id: string, result: RouteResult): RouteSpeed {
  const backends = [...new Set([...result.blocks, ...result.latencies].map(({ backend }) => backend))]
  return {
    id,
    result,
    candidate: result.comparisons.find(({ backend }) => backend === 'candidate'),
    rates: backends.flatMap(backend => rateOf(backend, result.blocks) ?? []),
    curves: backends.flatMap(backend => {
      const blocks = result.latencies.filter(block => block.backend === backend)
      const points = percentileCurve(blocks)
      return points.length === 0 ? [] : [{ backend, requests: blocks.reduce((sum, block) => sum + block.histogram.reduce((all, [, count]) => all + count, 0), 0), points }]
    })
  }
}

/** Mean requests a second of a backend over its blocks, with Student's 95 % interval; undefined without blocks. */
export function rateOf (backend: string, blocks: readonly Block[]): RateView | undefined {
  const rates = blocks.filter(block => block.backend === backend).map(({ rate }) => rate)
  if (rates.length === 0) return undefined
  const value = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  if (rates.length === 1) return { backend, blocks: 1, value, low: null, high: null }
  const deviation = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - value) ** 2, 0) / (rates.length - 1))
  const half = studentQuantile(0.975, rates.length - 1) * deviation / Math.sqrt(rates.length)
  return { backend, blocks: rates.length, value, low: Math.max(0, value - half), high: value + half }
}

/** The parts at which a percentile plot has its points: evenly on its scale, 1/(1 - part), and where people ask. */
const steps = [...Array.from({ length: 97 }, (_, place) => 1 - 10 ** (-place / 24)).filter((_, place) => place % 24 !== 0), 0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999].toSorted((a, b) => a - b)

/**
 * The percentiles of blocks put together, as HdrHistogram plots them. Ends where a single request would decide.
 * @returns no points when nothing was timed
 */
export function percentileCurve (blocks: readonly LatencyBlock[]): readonly CurvePoint[] {
  const counts = new Map<number, number>()
  for (const { histogram } of blocks) for (const [upTo, count] of histogram) if (count > 0) counts.set(upTo, (counts.get(upTo) ?? 0) + count)
  const sorted = [...counts].toSorted(([a], [b]) => a - b)
  const total = sorted.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return []
  const points: CurvePoint[] = []
  let [place, seen] = [0, 0]
  for (const part of steps) {
    if (part > 0 && total * (1 - part) < 1 - 1e-6) break
    while (place < sorted.length && (seen + sorted[place]![1]) < total * part - 1e-6) seen += sorted[place++]![1]
    points.push([part, sorted[Math.min(place, sorted.length - 1)]![0]])
  }
  return points
}
