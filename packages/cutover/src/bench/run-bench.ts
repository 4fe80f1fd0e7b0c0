import { randomBytes } from 'node:crypto'
import { version } from '../config/version.ts'
import { assess, notesOf, overallOf } from './assess.ts'
import { environmentOf } from './environment.ts'
import { openGenerator } from './generator/generator.ts'
import type { BenchOptions, BenchPlan } from './plan.ts'
import type { BenchResult, RouteResult } from './result.ts'
import { Session } from './session.ts'
import { median } from './statistics/samples.ts'

/**
 * Measures backends side by side: all alive at once, each in a process of its own, in short blocks whose order turns
 * (A B, B A), with fresh processes again and again. Answers are compared before anything is timed.
 * @throws CUT_PACKAGE_MISSING, CUT_BENCH_GENERATOR, CUT_BENCH_DIED, what opening a backend throws, and the signal's reason
 */
export async function runBench (plan: BenchPlan, options: BenchOptions): Promise<BenchResult> {
  const began = performance.now()
  const at = new Date()
  const generator = await openGenerator(options.folder)
  try {
    const session = new Session(plan, options, generator, began)
    await session.run()
    const baseline = plan.backends[0]!.name
    const backends = session.measured()
    return {
      version: 1,
      id: `${at.toISOString().slice(0, 19).replaceAll(':', '-')}-${randomBytes(2).toString('hex')}`,
      at: at.toISOString(),
      seconds: Math.round((performance.now() - began) / 100) / 10,
      baseline,
      backends,
      routes: session.series.map(({ route, connections, blocks, latencies, offered }): RouteResult => ({
        route: route.name,
        feature: route.feature,
        connections,
        answers: 'same',
        blocks,
        offered: offered.length === 0 ? null : median(offered),
        latencies,
        ...assess(blocks, latencies, baseline),
        steady: session.steady(),
        notes: notesOf(blocks, latencies)
      })).concat(session.refused.flatMap(({ route, difference }) => options.connections.map((connections): RouteResult => ({
        route: route.name, feature: route.feature, connections, answers: 'different', difference, blocks: [], offered: null, latencies: [], floor: null, comparisons: [], steady: {}, notes: []
      })))),
      overall: backends.filter(({ name }) => name !== baseline).map(each => overallOf(each, backends.find(({ name }) => name === baseline)!)),
      environment: environmentOf(version),
      notes: session.notes()
    }
  } finally {
    await generator.close()
  }
}
