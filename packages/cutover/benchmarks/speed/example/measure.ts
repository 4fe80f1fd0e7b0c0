import { fileURLToPath } from 'node:url'
import { cpuRatiosOf, intervalOf } from '../../../src/bench/assess.ts'
import type { BenchResult, Comparison, Interval, RouteResult } from '../../../src/bench/result.ts'
import type { runBench as RunBench } from '../../../src/bench/run-bench.ts'
import { CannotRun, type Options } from '../../harness/figure.ts'
import { transpile } from '../../harness/transpile.ts'
import type { Example } from './example.ts'
import { planOf } from './plan.ts'

/** What is measured one after the other. */
export const connectionCounts = [10, 50, 100] as const

/** A bench of an example for each number of connections. */
export type Results = ReadonlyMap<typeof connectionCounts[number], BenchResult>

/**
 * Measures the faces of an example by the product's own bench, with each number of connections.
 * @throws CannotRun where something does not start, or the faces answer differently
 */
export async function measure (example: Example, options: Options): Promise<Results> {
  const { runBench } = await import(new URL('../../../dist/bench/run-bench.js', import.meta.url).href) as { runBench: typeof RunBench }
  const folder = await transpile(fileURLToPath(new URL(`../../../../../examples/${example.name}`, import.meta.url)))
  const surroundings = await example.open().catch((error: unknown) => { throw new CannotRun(`the surroundings of ${example.name} do not start: ${String(error)}`) })
  try {
    const plan = planOf(example, folder, surroundings.env)
    const results = new Map<typeof connectionCounts[number], BenchResult>()
    for (const connections of connectionCounts) {
      let said = ''
      const result = await runBench(plan, {
        connections: [connections],
        timeMs: (options.quick ? 15 : options.seconds ?? 100) * 1000,
        starts: options.quick ? 2 : 8,
        folder: fileURLToPath(new URL('../../..', import.meta.url)),
        onProgress: ({ start, starts }) => {
          const line = `${connections} connections, start ${start} of ${starts ?? '?'}`
          if (line !== said) options.log(said = line)
        }
      })
      const refused = result.routes.find(({ answers }) => answers === 'different')
      if (refused !== undefined) throw new CannotRun(`${refused.route}: ${refused.difference!}`)
      results.set(connections, result)
    }
    return results
  } finally {
    await surroundings.close()
  }
}

export function routeOf (result: BenchResult, name: string): RouteResult {
  return result.routes.find(({ route }) => route === name)!
}

/** A face over legacy on one route. */
export function comparisonOf (result: BenchResult, route: string, face = 'candidate'): Comparison | undefined {
  return routeOf(result, route).comparisons.find(({ backend }) => backend === face)
}

/** Peak resident memory of a face over legacy's. */
export function memoryOf (result: BenchResult, face = 'candidate'): Interval | null {
  return result.overall.find(({ backend }) => backend === face)?.peakMemory ?? null
}

/** CPU a request of a face over legacy's, all routes pooled. */
export function pooledCpuOf (result: BenchResult, face = 'candidate'): Interval | null {
  return intervalOf(cpuRatiosOf(result.routes.flatMap(({ blocks }) => blocks), face, 'legacy'))
}
