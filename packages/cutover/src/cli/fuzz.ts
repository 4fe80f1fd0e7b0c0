import { randomInt } from 'node:crypto'
import { join, resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import { fault } from '../errors.ts'
import type { Api } from '../parity/fuzz/openapi/api.ts'
import { inferApi, inferApiFromScenarios } from '../parity/fuzz/openapi/infer.ts'
import { joinApis } from '../parity/fuzz/openapi/match.ts'
import { fuzz } from '../parity/fuzz/fuzz.ts'
import type { FuzzProgress } from '../parity/fuzz/options.ts'
import { meets } from '../parity/replay/endpoint.ts'
import { readRecorded } from '../parity/replay/recorded.ts'
import { loadScenarios } from '../parity/scenario/load.ts'
import type { Scenario } from '../parity/scenario/scenario.ts'
import type { AddCommand } from './command.ts'
import { countText } from './figures.ts'
import { describedApis } from './parity/described-apis.ts'
import { numberOption, seedOption } from './parity/option-values.ts'
import { runParity } from './parity/run-parity.ts'
import { closeSides, openTrialSides, originsOf } from './parity/trial-sides.ts'
import { withReportOptions, type ReportOptions } from './parity/write-report.ts'

interface FuzzCommandOptions extends ReportOptions {
  readonly twin: boolean
  readonly seconds: number
  readonly seed?: number
  readonly operations?: readonly string[]
  readonly recording?: string
  readonly first?: boolean
  readonly save: boolean
}

/** `cutover fuzz`: requests and sequences made up from a description, on both backends; what differs is shrunk and kept. */
export const fuzzCommand: AddCommand = (program, surroundings, end) => {
  withReportOptions(program.command('fuzz')
    .description('make requests up from OpenAPI, send them to both backends, and shrink what differs')
    .option('-s, --seconds <number>', 'how long to make requests up', numberOption, 60)
    .option('--seed <number>', 'make the same requests as the run that told this seed', seedOption)
    .option('-o, --operations <operations...>', 'only these: "GET /api/vehicles", "/api/vehicles/*"')
    .option('--recording <path>', 'learn the operations from a recording or HAR file too')
    .option('--first', 'end at the first difference')
    .option('--no-save', 'do not save what differs as scenarios')
    .option('--no-twin', 'start no twin of legacy: faster, but ids, tokens and times are not learned as noise'))
    .addHelpText('after', `
Sends valid, boundary, invalid and hostile requests, and sequences that create, read, change and delete.
What differs is shrunk to the smallest request or sequence that still does, shown as curl for both sides,
and saved as a scenario that \`cutover verify\` runs from then on. Exits with 1 when there is a difference.

Examples:
  cutover fuzz
  cutover fuzz --seconds 10 --operations 'POST /api/vehicles'
  cutover fuzz --seed 4711 --no-save`)
    .action(async (_options: unknown, command) => {
      const options = command.optsWithGlobals() as FuzzCommandOptions
      const { cwd, env } = surroundings
      const settings = await loadConfig({ cwd, file: options.config, env })
      const scenarios = await scenariosOf(settings)
      const signIn = signInOf(settings, scenarios)
      const recording = options.recording === undefined ? undefined : resolve(cwd, options.recording)
      const inferred = await inferredApis(recording, scenarios, settings)
      const { compare, timeoutMs, bodyLimitBytes, state, fuzz: { headers, skip } } = settings.parity
      const seed = options.seed ?? randomInt(2 ** 32 - 1)
      await runParity(surroundings, options, end, async run => {
        const sides = await openTrialSides(settings, run, options.twin)
        try {
          run.progress.phase('Reading what the backends offer.')
          const whole = joinApis([...await describedApis(settings, sides, run.signal), ...inferred])
          const taken = whole.operations.filter(({ method, path }) => !skip.some(route => meets(route, method, path.split('/'))))
          const skipped = whole.operations.length - taken.length
          const api = narrowed({ ...whole, operations: taken }, options.operations)
          run.progress.phase(`Making up requests for ${api.operations.length} operation${api.operations.length === 1 ? '' : 's'}, seed ${seed}.`)
          const report = await fuzz({
            context: { sides, rules: compare, noise: {}, timeoutMs, bodyLimit: bodyLimitBytes, settleMs: state.settleMs, signal: run.signal },
            api,
            scenarios,
            ...(signIn !== undefined && { signIn }),
            headers,
            seed,
            durationMs: options.seconds * 1000,
            redact: settings.redact,
            ...(options.save && { saveTo: join(settings.parity.scenarios, 'found') }),
            untilFirst: options.first === true,
            onProgress: progress => { run.progress.tick(tickOf(progress, options.seconds)) }
          })
          return { report: { ...report, notes: [...sides.notes, ...skipped > 0 ? [`${skipped} operation${skipped === 1 ? '' : 's'} left out by parity.fuzz.skip.`] : [], ...report.notes] }, redact: settings.redact, origins: originsOf(settings), keep: { settings, scope: options.operations === undefined ? undefined : `the operations ${options.operations.join(', ')}` } }
        } finally {
          await closeSides(sides, run)
        }
      })
    })
}

const stages: Readonly<Record<FuzzProgress['stage'], string>> = {
  learning: 'learning what is taken',
  sweep: 'each fault once',
  sequences: 'sequences',
  random: 'at random',
  shrinking: 'shrinking'
}

function tickOf ({ requests, findings, elapsedMs, stage }: FuzzProgress, seconds: number): string {
  return `${Math.round(elapsedMs / 1000)} of ${seconds} s · ${countText(requests)} requests · ${stages[stage]}${findings > 0 ? ` · ${findings} found` : ''}`
}

async function scenariosOf (settings: Settings): Promise<readonly Scenario[]> {
  try {
    return (await loadScenarios(settings.parity.scenarios)).map(({ scenario }) => scenario)
  } catch (error) {
    if ((error as { code?: string }).code === 'CUT_SCENARIOS_MISSING') return []
    throw error
  }
}

function signInOf ({ parity: { fuzz: { signIn } } }: Settings, scenarios: readonly Scenario[]): Scenario | undefined {
  if (signIn === undefined) return undefined
  const found = scenarios.find(({ name }) => name === signIn)
  if (found === undefined) throw fault('CUT_USAGE', `parity.fuzz.signIn names the scenario "${signIn}", which is not there.`)
  return found
}

/** What a recording shows; the scenarios only where nothing else says what there is. */
async function inferredApis (recording: string | undefined, scenarios: readonly Scenario[], { parity: { openapi, scenarios: folder } }: Settings): Promise<readonly Api[]> {
  if (recording !== undefined) return [await inferApi(readRecorded(recording, () => {}), recording)]
  if (openapi.candidate !== undefined || openapi.legacy !== undefined || openapi.file !== undefined) return []
  if (scenarios.length > 0) return [inferApiFromScenarios(scenarios)]
  throw fault('CUT_USAGE', `Nothing says which requests there are. Name an OpenAPI document in the config:

  parity: { openapi: { candidate: '/docs/json' } }

or \`file: './openapi.yaml'\`, or give --recording with what \`cutover record\` or a browser (HAR) has recorded, or write a scenario in ${folder}.`)
}

function narrowed (api: Api, wanted: readonly string[] | undefined): Api {
  if (wanted === undefined) return api
  const patterns = wanted.map(word => {
    const [, method, path] = /^(?:([A-Za-z]+)\s+)?(\/\S*)$/.exec(word) ?? []
    if (path === undefined) throw fault('CUT_USAGE', `"${word}" is no operation. Write "GET /api/vehicles" or "/api/vehicles/*".`)
    const plain = (text: string): string => text.replace(/[.+?^()|[\]\\$]/g, '\\$&')
    const segments = path.split('*').map(part => part.split(/\$?\{[^}]*\}|:\w+/).map(plain).join('[^/]+')).join('.*')
    return { method: method?.toUpperCase(), path: new RegExp(`^${segments}$`) }
  })
  const operations = api.operations.filter(operation => patterns.some(({ method, path }) => (method ?? operation.method) === operation.method && path.test(operation.path)))
  if (operations.length === 0) throw fault('CUT_USAGE', `None of the operations is ${wanted.join(', ')}. There are: ${api.operations.slice(0, 12).map(({ method, path }) => `${method} ${path}`).join(', ')}${api.operations.length > 12 ? ', …' : ''}.`)
  return { ...api, operations }
}
