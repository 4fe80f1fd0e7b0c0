import { fileURLToPath } from 'node:url'
import { openInstance } from '../../src/bench/instance.ts'
import type { BenchBackend } from '../../src/bench/plan.ts'
import type { Comparison } from '../../src/bench/result.ts'
import type { runBench as RunBench } from '../../src/bench/run-bench.ts'
import { verdictOf } from '../../src/bench/verdict.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { clopperPearson, median } from '../harness/statistics.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))
const equalMs = 9_000
const slowMs = 45_000
const most = 100
const slowMost = 20

/** Whether the product's own bench keeps its word: a server against itself, and against one that was made 5 % slower. */
export async function run (options: Options): Promise<Figure> {
  const { runBench } = await import(new URL('../../dist/bench/run-bench.js', import.meta.url).href) as { runBench: typeof RunBench }
  const runs = options.quick ? 2 : Math.min(most, options.runs ?? most)
  const slowRuns = options.quick ? 1 : Math.max(1, Math.round(slowMost * runs / most))

  const equal: Comparison[] = []
  for (let run = 0; run < runs; run++) {
    equal.push(await compare(runBench, [passes, passes], equalMs, run))
    const { value, low, high } = equal.at(-1)!.rate
    options.log(`A/A ${run + 1} of ${runs}: ${show(value)} [${show(low)}, ${show(high)}]${holds(equal.at(-1)!) ? '' : '  leaves out 1'}`)
  }
  const slow: Comparison[] = []
  for (let run = 0; run < slowRuns; run++) {
    slow.push(await compare(runBench, [passes, slowPasses], options.quick ? equalMs : slowMs, run))
    const { value, low, high } = slow.at(-1)!.rate
    options.log(`5 % slower ${run + 1} of ${slowRuns}: ${show(value)} [${show(low)}, ${show(high)}]  ${verdictOf(slow.at(-1)!.rate, 'more')}`)
  }
  const held = equal.filter(holds).length
  const found = slow.filter(({ rate }) => verdictOf(rate, 'more') === 'slower').length
  const opposite = slow.filter(({ rate }) => verdictOf(rate, 'more') === 'faster').length
  const part = clopperPearson(held, runs, 0.95)
  return {
    figure: 'aa',
    bounds: [
      bound('holds_one', runs === most ? '>= 93' : '', held),
      bound('holds_one_part', runs === most ? '' : '>= 0.93', part),
      bound('found', '>= 0.8', clopperPearson(found, slowRuns, 0.95)),
      bound('found_opposite', '== 0', opposite)
    ],
    runs,
    slow_runs: slowRuns,
    shrunk: runs < most ? `${runs} runs instead of ${most}: say so where you cite it` : false,
    planted: { passes, slow_passes: slowPasses },
    median_half_width: { equal: median(equal.map(width)), slow: median(slow.map(width)) },
    median_slowdown: median(slow.map(({ rate }) => rate.value)),
    cpu_holds_one: equal.filter(({ cpu }) => cpu !== null && cpu.low <= 1 && cpu.high >= 1).length,
    method: `A/A: ${equalMs / 1000} s each, two processes of one server at 10 connections, started afresh within the run; an interval of 95 % holds 1 in 95 of 100 when it is true. 5 %: ${slowMs / 1000} s each, one of them does 5.5 % more of the work that is nine tenths of a request; found: the interval leaves out 1 on the right side`,
    machine: machine()
  }
}

/** How often the server goes through its work for a request: about half a millisecond, nine tenths of what a request costs. */
const passes = 150_000
/** So much more that a request costs 5 % more. */
const slowPasses = 158_250

function server (name: string, work: number): BenchBackend {
  return {
    name,
    routes: undefined,
    open: signal => openInstance({
      name,
      source: { kind: 'command', command: `"${process.execPath}" servers/tiny.mjs`, cwd: folder, env: { PASSES: String(work) }, url: new URL('http://127.0.0.1:1') },
      health: '/',
      startTimeoutMs: 20_000,
      stopTimeoutMs: 2_000,
      file: undefined,
      env: { NODE_ENV: 'production' },
      log: () => {},
      signal
    })
  }
}

async function compare (runBench: typeof RunBench, work: readonly [number, number], timeMs: number, seed: number): Promise<Comparison> {
  const result = await runBench({
    backends: [server('legacy', work[0]), server('candidate', work[1])],
    routes: [{ name: 'work', feature: undefined }],
    requestsOf: async () => ({ work: [{ method: 'GET', path: '/', headers: {} }] }),
    differenceOf: (_route, _requests, [one], [two]) => one?.body.equals(two!.body) === true ? undefined : 'another body'
  }, { connections: [10], timeMs, starts: 12, latencies: false, folder, seed })
  const comparison = result.routes[0]?.comparisons[0]
  if (comparison === undefined) throw new CannotRun(`nothing could be compared: ${result.notes.join(' ')}`)
  return comparison
}

const holds = ({ rate }: Comparison): boolean => rate.low <= 1 && rate.high >= 1
const width = ({ rate }: Comparison): number => Math.log(rate.high / rate.low) / 2
const show = (ratio: number): string => ratio.toFixed(3)
