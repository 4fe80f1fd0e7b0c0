import { InvalidArgumentError } from 'commander'
import type { BenchPlan } from '../bench/plan.ts'
import { runBench } from '../bench/run-bench.ts'
import { baselineName, keepBaseline, keepResult, lastResult, namedResult } from '../bench/store.ts'
import { changesSince, matrixOf } from '../bench/verdict.ts'
import { loadConfig } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import { parseDuration } from '../config/units.ts'
import { differenceOf } from './bench/answers.ts'
import { openBackends } from './bench/open-backends.ts'
import { benchTicker } from './bench/progress-text.ts'
import { benchedRoutes, loadRequest, mixed, type BenchedRoute } from './bench/routes.ts'
import { repeatable, runOn, scenarioNamed } from './bench/sign-in.ts'
import { benchView } from './bench/view.ts'
import { work } from './bench/work.ts'
import type { AddCommand } from './command.ts'
import type { GlobalOptions } from './surroundings.ts'
import { voiceOf } from './surroundings.ts'

interface BenchCommandOptions extends GlobalOptions {
  readonly time?: number
  readonly connections?: readonly number[]
  readonly quick?: boolean
  readonly mix?: boolean
  readonly scenario?: string
  readonly floor: boolean
  readonly latencies: boolean
  readonly saveAs?: string
  readonly against?: string
}

const quick = { timeMs: 15_000, starts: 2 } as const

/** `cutover bench [ROUTE…]`: the backends measured side by side. */
export const benchCommand: AddCommand = (program, surroundings, end) => {
  program.command('bench')
    .description('measure the backends side by side: speed, latency, CPU, memory, start-up')
    .argument('[routes...]', 'the routes to measure, by their names in bench.routes; all when left out')
    .option('-t, --time <duration>', 'about how long all of it may take: 60s, 5m', durationOption)
    .option('--connections <numbers>', 'how many connections send at once: 10 or 10,50', connectionsOption)
    .option('--quick', 'a rough answer in about 15 seconds, with wide intervals')
    .option('--mix', 'all routes in turn as one, instead of each by itself')
    .option('--scenario <name>', 'what this scenario reads, in turn as one, instead of the routes')
    .option('--no-floor', 'start no second instance of legacy: nothing tells what noise alone does')
    .option('--no-latencies', 'measure no latencies at an equal offered rate: half the time')
    .option('--save-as <name>', 'keep the result as a named baseline', nameOption)
    .option('--against <name>', 'compare with this baseline, or result by its id, instead of the last result')
    .addHelpText('after', `
Starts every backend in a process of its own, several times, compares their answers first, and measures them
in short blocks in turn. A ratio comes with its 95 % interval; "floor" is legacy against itself, which shows
what noise alone does. Exits with 1 when answers differ: such a route is not measured.

Examples:
  cutover bench
  cutover bench list --connections 50 --time 3m
  cutover bench --quick
  cutover bench --save-as before-upgrade
  cutover bench --against before-upgrade`)
    .action(async (words: string[], _options: unknown, command) => {
      const options = command.optsWithGlobals() as BenchCommandOptions
      const { cwd, env, stdout } = surroundings
      const settings = await loadConfig({ cwd, file: options.config, env })
      const { bench, stateDir, folder } = settings
      const routes = options.mix === true ? mixed(benchedRoutes(settings, words)) : benchedRoutes(settings, words)
      const before = options.against === undefined ? await lastResult(stateDir) : await namedResult(stateDir, options.against)
      const voice = voiceOf(surroundings, options)
      const result = await work(surroundings, async run => {
        run.progress.phase('Starting what the backends need.')
        const opened = await openBackends(settings, env, run.log)
        try {
          const plan = await planOf(settings, routes, options, opened)
          const result = await runBench(plan, {
            connections: options.connections ?? (options.quick === true ? bench.connections.slice(0, 1) : bench.connections),
            timeMs: options.time ?? (options.quick === true ? quick.timeMs : bench.timeMs),
            starts: options.quick === true && options.time === undefined ? quick.starts : bench.starts,
            latencies: options.latencies,
            folder,
            signal: run.signal,
            onProgress: benchTicker(run.progress)
          })
          return { ...result, notes: [...opened.notes, ...result.notes] }
        } finally {
          run.progress.phase('Stopping the backends.')
          await opened.close()
        }
      })
      await keepResult(stateDir, result)
      if (options.saveAs !== undefined) await keepBaseline(stateDir, options.saveAs, result)
      const matrix = matrixOf(result, bench.facts)
      const since = before === undefined ? undefined : { id: options.against ?? before.id, at: before.at, changes: changesSince(result, before) }
      if (result.routes.some(({ answers }) => answers === 'different')) end(1)
      voice.result({ ...result, matrix, ...(since !== undefined && { since }) }, benchView(result, {
        matrix, since, titles: titlesOf(routes, options), width: stdout.columns ?? 100, colors: voice.colors, savedAs: options.saveAs
      }))
    })
}

async function planOf (settings: Settings, routes: readonly BenchedRoute[], options: BenchCommandOptions, { backends, twin, derive }: Awaited<ReturnType<typeof openBackends>>): Promise<BenchPlan> {
  const { parity, bench } = settings
  const differ: BenchPlan['differenceOf'] = (_route, requests, legacy, other, again) => differenceOf(parity.compare, requests, legacy, other, again)
  const common = { backends, twin: options.floor ? twin : undefined, differenceOf: differ }
  if (options.scenario !== undefined) {
    const name = options.scenario
    const scenario = await scenarioNamed(name, '--scenario', settings)
    return {
      ...common,
      // Others may serve a part of the routes only.
      backends: backends.filter(each => each.name === 'legacy' || each.name === 'candidate'),
      routes: [{ name, feature: undefined }],
      requestsOf: async (backend, instances, signal) => ({ [name]: repeatable((await runOn(backend, instances.get(backend)!, scenario, parity, signal, derive)).exchanges) })
    }
  }
  const signIn = bench.signIn ?? parity.fuzz.signIn
  const needsIt = JSON.stringify(routes.map(({ steps }) => steps)).includes('${')
  const scenario = signIn === undefined || !needsIt ? undefined : await scenarioNamed(signIn, bench.signIn === undefined ? 'parity.fuzz.signIn' : 'bench.signIn', settings)
  return {
    ...common,
    routes: routes.map(({ name, feature }) => ({ name, feature })),
    async requestsOf (backend, instances, signal) {
      const on = async (name: string) => (await runOn(name, instances.get(name)!, scenario!, parity, signal, derive)).values
      const isOther = bench.others.some(({ name }) => name === backend)
      // A face of a few routes may know no sign-in: legacy's credentials are tried on it.
      const values = scenario === undefined ? new Map() : isOther ? await on(backend).catch(() => on('legacy')) : await on(backend)
      const served = backends.find(({ name }) => name === backend)?.routes
      return Object.fromEntries(routes.filter(({ name }) => served?.includes(name) !== false).map(({ name, steps }) => [name, steps.map(step => loadRequest(step, values))]))
    }
  }
}

function titlesOf (routes: readonly BenchedRoute[], { scenario }: BenchCommandOptions): Readonly<Record<string, string>> {
  return scenario === undefined ? Object.fromEntries(routes.map(({ name, title }) => [name, title])) : { [scenario]: 'what the scenario reads' }
}

function durationOption (text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms < 1000) throw new InvalidArgumentError('It is not a duration of at least a second: 60s, 5m.')
  return ms
}

function nameOption (text: string): string {
  if (!baselineName.test(text)) throw new InvalidArgumentError('It is not a name of letters, digits, ".", "-" and "_".')
  return text
}

function connectionsOption (text: string): readonly number[] {
  const numbers = text.split(',').map(Number)
  if (numbers.some(number => !Number.isInteger(number) || number < 1 || number > 1000)) throw new InvalidArgumentError('It is not a number from 1 to 1000, or several with commas between them.')
  return numbers
}
