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
  const plain = await costOf(runBench, options)
  options.log(`one request costs ${(plain.base * 1000).toFixed(1)} µs, and each pass of its work ${(plain.pass * 1e6).toFixed(1)} ns: ${plain.slower} passes more make it 5 % slower`)

  const equal: Comparison[] = []
  for (let run = 0; run < runs; run++) {
    equal.push(await compare(runBench, [passes, passes], equalMs, run))
    const { value, low, high } = equal.at(-1)!.rate
    options.log(`A/A ${run + 1} of ${runs}: ${show(value)} [${show(low)}, ${show(high)}]${holds(equal.at(-1)!) ? '' : '  leaves out 1'}`)
  }
  const slow: Comparison[] = []
  for (let run = 0; run < slowRuns; run++) {
    slow.push(await compare(runBench, [passes, passes + plain.slower], options.quick ? equalMs : slowMs, run))
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
    planted: { passes, more: plain.slower, part: 0.05 },
    median_half_width: { equal: median(equal.map(width)), slow: median(slow.map(width)) },
    median_slowdown: median(slow.map(({ rate }) => rate.value)),
    cpu_holds_one: equal.filter(({ cpu }) => cpu !== null && cpu.low <= 1 && cpu.high >= 1).length,
    method: `A/A: ${equalMs / 1000} s each, two processes of one server at 10 connections, started afresh within the run; an interval of 95 % holds 1 in 95 of 100 when it is true. 5 %: ${slowMs / 1000} s each, one of them does so much more for each request that it costs 5 % more CPU; found: the interval leaves out 1 on the right side`,
    machine: machine()
  }
}

const passes = 20_000

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

/** What a request and a pass of its work cost, milliseconds of CPU, measured side by side; and how many passes are 5 % of a request. */
async function costOf (runBench: typeof RunBench, options: Options): Promise<{ readonly base: number, readonly pass: number, readonly slower: number }> {
  const result = await runBench({
    backends: [server('legacy', passes), server('candidate', passes * 2)],
    routes: [{ name: 'work', feature: undefined }],
    requestsOf: async () => ({ work: [{ method: 'GET', path: '/', headers: {} }] }),
    differenceOf: () => undefined
  }, { connections: [10], timeMs: options.quick ? 6_000 : 20_000, starts: 6, latencies: false, folder })
  const [comparison] = result.routes[0]!.comparisons
  if (comparison === undefined) throw new CannotRun(`nothing could be compared: ${result.notes.join(' ')}`)
  const cpu = median(result.routes[0]!.blocks.filter(({ backend }) => backend === 'legacy').flatMap(({ rate }) => 1000 / rate))
  // A request with twice the passes takes this much longer: so much of it is passes.
  const passesPart = 1 / comparison.rate.value - 1
  return { base: cpu, pass: cpu * passesPart / passes, slower: Math.round(0.05 / passesPart * passes) }
}

const holds = ({ rate }: Comparison): boolean => rate.low <= 1 && rate.high >= 1
const width = ({ rate }: Comparison): number => Math.log(rate.high / rate.low) / 2
const show = (ratio: number): string => ratio.toFixed(3)
