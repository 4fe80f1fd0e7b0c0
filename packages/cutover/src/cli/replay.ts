import { createHash } from 'node:crypto'
import { basename, join, resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import { fault } from '../errors.ts'
import { countText } from './figures.ts'
import type { ReplayProgress } from '../parity/replay/options.ts'
import { formatOf } from '../parity/replay/recorded.ts'
import { replay } from '../parity/replay/replay.ts'
import type { SignIn } from '../parity/replay/sign-in.ts'
import { loadScenarios } from '../parity/scenario/load.ts'
import type { AddCommand } from './command.ts'
import { countOption, headerOption, numberOption, originOption, secretOption } from './parity/option-values.ts'
import { openOrigins, settingsIfAny } from './parity/plain-origins.ts'
import { runParity } from './parity/run-parity.ts'
import { closeSides, openTrialSides, originsOf } from './parity/trial-sides.ts'
import { withReportOptions, type ReportOptions } from './parity/write-report.ts'

interface ReplayCommandOptions extends ReportOptions {
  readonly twin: boolean
  readonly legacy?: URL
  readonly candidate?: URL
  readonly twinAt?: URL
  readonly rate?: number
  readonly concurrency: number
  readonly speed?: number
  readonly inOrder?: boolean
  readonly unsafe?: boolean
  readonly header?: Readonly<Record<string, string>>
  readonly secret?: Readonly<Record<string, string>>
  readonly resume?: boolean
}

const defaultTimeoutMs = 10_000
const defaultBodyLimit = 1_000_000

/** `cutover replay RECORDING`: recorded requests to both backends, and their answers compared. */
export const replayCommand: AddCommand = (program, surroundings, end) => {
  withReportOptions(program.command('replay')
    .description('send recorded requests to both backends and compare their answers')
    .argument('<recording>', 'a folder or file of `cutover record`, a HAR file, or a Postman collection')
    .option('--legacy <url>', 'a legacy that runs already; with --candidate no config is needed', originOption)
    .option('--candidate <url>', 'a candidate that runs already', originOption)
    .option('--twin-at <url>', 'a second legacy that runs already, to learn what is noise', originOption)
    .option('--no-twin', 'start no twin of legacy')
    .option('--concurrency <number>', 'requests in flight at once', countOption, 8)
    .option('--rate <number>', 'requests a second at most', numberOption)
    .option('--speed <factor>', 'keep the recorded pace, this many times as fast', numberOption)
    .option('--in-order', 'keep the order of all requests, not only of those of a session')
    .option('--unsafe', 'send writes too where the backends have no clone of the database')
    .option('--header <header>', 'what to send in place of a redacted header: "authorization: Bearer …"; may be repeated', headerOption)
    .option('--secret <name=value>', 'what to send in place of a redacted value of this name; may be repeated', secretOption)
    .option('--resume', 'go on after the last session that an earlier run finished'))
    .addHelpText('after', `
Requests of a session keep their order, those that overlapped overlap again, sessions run side by side.
What each side makes up (ids, tokens, cookies) is put into its later requests in place of what was recorded.
A run that is cut short keeps its progress in the state folder, for --resume.

Examples:
  cutover replay .cutover/recordings/monday
  cutover replay browser.har --secret password=swordfish
  cutover replay monday --legacy http://10.0.0.5:3000 --candidate http://10.0.0.6:3000 --speed 2`)
    .action(async (recording: string, _options: unknown, command) => {
      const options = command.optsWithGlobals() as ReplayCommandOptions
      const { cwd } = surroundings
      if ((options.legacy === undefined) !== (options.candidate === undefined)) throw fault('CUT_USAGE', 'Give both --legacy and --candidate, or neither.')
      const given = options.legacy === undefined ? undefined : { legacy: options.legacy, candidate: options.candidate!, twin: options.twinAt }
      const settings = given === undefined ? await loadConfig({ cwd, file: options.config, env: surroundings.env }) : await settingsIfAny(surroundings, options)
      const path = resolve(cwd, recording)
      // Before backends are started for it.
      await formatOf(path)
      const signIn = options.header?.['authorization'] === undefined ? await signInOf(settings) : undefined
      await runParity(surroundings, options, end, async run => {
        const sides = given === undefined ? await openTrialSides(settings!, run, options.twin) : await openOrigins(given, run)
        const origins = given === undefined ? originsOf(settings!) : { legacy: given.legacy.origin, candidate: given.candidate.origin }
        try {
          run.progress.phase(`Replaying ${recording}.`)
          const report = await replay(path, {
            context: {
              sides,
              rules: settings?.parity.compare ?? {},
              noise: {},
              timeoutMs: settings?.parity.timeoutMs ?? defaultTimeoutMs,
              bodyLimit: settings?.parity.bodyLimitBytes ?? defaultBodyLimit,
              settleMs: settings?.parity.state.settleMs,
              signal: run.signal
            },
            concurrency: options.concurrency,
            ...(options.rate !== undefined && { rate: options.rate }),
            ...(options.speed !== undefined && { speed: options.speed }),
            inOrder: options.inOrder === true,
            ...(options.unsafe === true && { unsafe: true }),
            ...(options.header && { headers: options.header }),
            ...(options.secret && { secrets: options.secret }),
            ...(signIn && { signIn }),
            routes: settings?.features.flatMap(({ routes }) => routes) ?? [],
            progress: { file: progressFile(settings?.stateDir ?? join(cwd, '.cutover'), path), resume: options.resume === true },
            onProgress: progress => { run.progress.tick(tickOf(progress)) }
          })
          return { report: { ...report, notes: [...sides.notes, ...report.notes] }, redact: settings?.redact, origins, keep: settings && { settings, scope: recording } }
        } finally {
          await closeSides(sides, run)
        }
      })
    })
}

function tickOf ({ sessions, requests, findings }: ReplayProgress): string {
  return `${countText(requests.sent)} of ${countText(requests.all)} requests · ${countText(sessions.finished)} of ${countText(sessions.all)} sessions${findings > 0 ? ` · ${findings} found` : ''}`
}

function progressFile (stateDir: string, recording: string): string {
  return join(stateDir, 'replays', `${basename(recording)}-${createHash('sha256').update(recording).digest('hex').slice(0, 8)}.ndjson`)
}

/** Where the config says how fuzzing signs in, a replay does so too. */
async function signInOf (settings: Settings | undefined): Promise<SignIn | undefined> {
  const { signIn, headers } = settings?.parity.fuzz ?? {}
  if (settings === undefined || signIn === undefined || headers === undefined) return undefined
  const found = (await loadScenarios(settings.parity.scenarios)).find(({ scenario }) => scenario.name === signIn)
  if (found === undefined) throw fault('CUT_USAGE', `parity.fuzz.signIn names the scenario "${signIn}", which is not there.`)
  return { scenario: found.scenario, headers }
}
