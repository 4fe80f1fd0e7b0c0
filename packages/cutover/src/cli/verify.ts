import { relative, resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import { fault } from '../errors.ts'
import { loadScenarios, type LoadedScenario } from '../parity/scenario/load.ts'
import type { Api } from '../parity/fuzz/openapi/api.ts'
import { joinApis } from '../parity/fuzz/openapi/match.ts'
import type { Sides } from '../parity/trial/side.ts'
import { verify } from '../parity/verify/verify.ts'
import type { AddCommand } from './command.ts'
import { describedApis } from './parity/described-apis.ts'
import { countOption } from './parity/option-values.ts'
import { runParity } from './parity/run-parity.ts'
import { closeSides, knownRoutes, openTrialSides, originsOf } from './parity/trial-sides.ts'
import { withReportOptions, type ReportOptions } from './parity/write-report.ts'

interface VerifyCommandOptions extends ReportOptions {
  readonly twin: boolean
  readonly tries?: number
}

/** `cutover verify [SCENARIO…]`: every scenario on both backends and legacy's twin; answers and databases compared. */
export const verifyCommand: AddCommand = (program, surroundings, end) => {
  withReportOptions(program.command('verify')
    .description('run the scenarios on both backends and compare answers and databases')
    .argument('[scenarios...]', 'the scenarios to run, by name or file; * stands for any letters; all when left out')
    .option('--no-twin', 'start no twin of legacy: faster, but ids, tokens and times are not learned as noise')
    .option('--tries <number>', 'how often a scenario that differs is run until the difference counts', countOption))
    .addHelpText('after', `
Starts legacy, a twin of it and the candidate, each in a process of its own and on its own clone of the
database, runs every scenario on all of them, and reports what nothing explains. Exits with 1 when there
is such a difference, with 3 when something could not be compared.

Examples:
  cutover verify
  cutover verify 'sign-*' --no-twin
  cutover verify --junit reports/parity.xml --report reports/parity.json`)
    .action(async (words: string[], _options: unknown, command) => {
      const options = command.optsWithGlobals() as VerifyCommandOptions
      const { cwd, env } = surroundings
      const settings = await loadConfig({ cwd, file: options.config, env })
      const loaded = chosen(await scenariosOf(settings.parity.scenarios, cwd), words, cwd)
      const files = new Map(loaded.map(({ scenario, file }) => [scenario.name, file]))
      await runParity(surroundings, options, end, async run => {
        const sides = await openTrialSides(settings, run, options.twin)
        try {
          const { api, notes } = words.length === 0 ? await describedApi(settings, sides, run.signal) : { notes: [] }
          run.progress.phase(`Running ${loaded.length} scenario${loaded.length === 1 ? '' : 's'}.`)
          let different = 0
          const { compare, timeoutMs, bodyLimitBytes, state } = settings.parity
          const report = await verify({
            scenarios: loaded.map(({ scenario }) => scenario),
            sides,
            rules: compare,
            timeoutMs,
            bodyLimit: bodyLimitBytes,
            settleMs: state.settleMs,
            known: words.length === 0 ? knownRoutes(settings) : [],
            api,
            notes: [...sides.notes, ...notes],
            ...(options.tries !== undefined && { tries: options.tries }),
            signal: run.signal,
            onProgress: ({ done, total, last }) => {
              if (last.outcome === 'different') different++
              run.progress.tick(`${done} of ${total}${different > 0 ? ` · ${different} different` : ''} · ${last.name}`)
            }
          })
          return { report, redact: settings.redact, origins: originsOf(settings), fileOf: finding => files.get(finding.case), keep: { settings, scope: words.length === 0 ? undefined : `the scenarios ${words.join(', ')}` } }
        } finally {
          await closeSides(sides, run)
        }
      })
    })
}

/** What the scenarios should meet. A description that cannot be read takes nothing from the comparison: it is told. */
async function describedApi (settings: Settings, sides: Sides, signal: AbortSignal): Promise<{ readonly api?: Api, readonly notes: readonly string[] }> {
  try {
    const apis = await describedApis(settings, sides, signal)
    return { ...(apis.length > 0 && { api: joinApis(apis) }), notes: [] }
  } catch (error) {
    return { notes: [`Which operations no scenario asks is not known. ${(error as Error).message}`] }
  }
}

async function scenariosOf (folder: string, cwd: string): Promise<readonly LoadedScenario[]> {
  const loaded = await loadScenarios(folder).catch((error: { code?: string }) => {
    if (error.code === 'CUT_SCENARIOS_MISSING') return []
    throw error
  })
  if (loaded.length > 0) return loaded
  throw fault('CUT_USAGE', `There are no scenarios in ${folder}. Begin with one, in ${relative(cwd, resolve(folder, 'health.yaml'))}:

  name: health
  steps:
    - request: GET /health
      expect: { status: 200 }

or let \`cutover fuzz\` make requests up: what it finds is saved there as scenarios.`)
}

function chosen (loaded: readonly LoadedScenario[], words: readonly string[], cwd: string): readonly LoadedScenario[] {
  if (words.length === 0) return loaded
  const matches = words.map(word => {
    const pattern = new RegExp(`^${word.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
    const found = loaded.filter(({ scenario, file }) => pattern.test(scenario.name) || resolve(cwd, word) === file)
    if (found.length > 0) return found
    const names = loaded.map(({ scenario }) => scenario.name)
    throw fault('CUT_USAGE', `There is no scenario "${word}". There are: ${names.slice(0, 12).join(', ')}${names.length > 12 ? `, and ${names.length - 12} more` : ''}.`)
  }).flat()
  return loaded.filter(one => matches.includes(one))
}
