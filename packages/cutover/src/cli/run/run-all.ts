import { dirname, join } from 'node:path'
import type { BenchResult } from '../../bench/result.ts'
import { keepFile } from '../../config/kept-file.ts'
import { loadConfig } from '../../config/load.ts'
import type { Settings } from '../../config/settings.ts'
import { fault } from '../../errors.ts'
import type { ParityReport } from '../../parity/finding.ts'
import { checkNames } from '../../rollout/start.ts'
import { plan } from '../../rollout/plan.ts'
import type { Dossier } from '../../report/dossier/dossier.ts'
import { benchCommand } from '../bench.ts'
import type { AddCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { interruptible } from '../interruptible.ts'
import { reportCommand } from '../report.ts'
import type { RunOptions } from './options.ts'
import { voiceOf, type Surroundings, type Voice } from '../surroundings.ts'
import { verifyCommand } from '../verify.ts'
import { exitOf, summaryOf, type RolloutOutcome, type RunOutcome, type StageName, type StageOutcome } from './outcome.ts'
import { rolloutStage, type Rolling } from './rollout-stage.ts'
import { benchLines, stageFoot, stageHead, type RunView } from './run-view.ts'
import { runStep, type Said } from './step.ts'
import { trafficOf } from './traffic.ts'
import { addresses, openRunSwitch, type RunSwitch } from './switch.ts'

const order: readonly StageName[] = ['verify', 'bench', 'rollout', 'report']

type Ended = Omit<StageOutcome, 'stage' | 'seconds'>

/**
 * Runs all stages, one after another, until one says no; the report comes in any case.
 * @throws what is wrong with the config or the options, before anything is done
 */
export async function runAll (features: readonly string[], options: RunOptions, surroundings: Surroundings, end: (code: ExitCode) => void): Promise<void> {
  const voice = voiceOf(surroundings, options)
  const settings = await loadConfig({ cwd: surroundings.cwd, file: options.config, env: surroundings.env })
  checkNames(features, plan(settings))
  if (options.override === true && options.why.trim() === '') throw fault('CUT_ROLLOUT_REASON', 'override')
  const traffic = await trafficOf(options.traffic, settings, surroundings.cwd, { headers: options.header ?? {}, secrets: options.secret ?? {} })
  const run = new Run(features, options, surroundings, voice, settings)
  const outcome = await run.all(traffic)
  if (outcome.exit !== 0) end(outcome.exit)
  if (voice.json) voice.result(outcome, '')
  await run.stay()
}

class Run {
  readonly #features: readonly string[]
  readonly #options: RunOptions
  readonly #surroundings: Surroundings
  readonly #voice: Voice
  readonly #settings: Settings
  readonly #startedAt = new Date()
  readonly #began = performance.now()
  readonly #stages: StageOutcome[] = []
  #interrupted: AbortSignal | undefined
  #opened: RunSwitch | undefined
  #rollout: RolloutOutcome | undefined
  #report: RunOutcome['report']

  constructor (features: readonly string[], options: RunOptions, surroundings: Surroundings, voice: Voice, settings: Settings) {
    this.#features = features
    this.#options = options
    this.#surroundings = surroundings
    this.#voice = voice
    this.#settings = settings
  }

  get #view (): RunView {
    return { columns: Math.max(60, this.#surroundings.stdout.columns ?? 100), colors: this.#voice.colors }
  }

  async all (traffic: Rolling['traffic']): Promise<RunOutcome> {
    const interrupted = interruptible(this.#surroundings)
    this.#interrupted = interrupted.signal
    try {
      await this.#stage('verify', undefined, () => this.#verify())
      await this.#stage('bench', undefined, () => this.#bench())
      await this.#stage('rollout', `${traffic.about}; ${shareText(this.#settings)}`, () => this.#roll({ traffic, signal: interrupted.signal }))
      if (this.#options.stay !== true || interrupted.signal.aborted) await this.#close()
      await this.#stage('report', undefined, () => this.#write())
    } catch (error) {
      await this.#close()
      throw error
    } finally {
      interrupted.close()
    }
    return await this.#outcome()
  }

  /** Leaves the switch up until it is told to stop, where that was asked for. */
  async stay (): Promise<void> {
    const opened = this.#opened
    if (opened === undefined) return
    const stopping = interruptible(this.#surroundings)
    if (!this.#voice.json) for (const line of addresses(opened, this.#features[0] ?? this.#settings.features[0]?.name, this.#options.config, this.#voice.colors)) this.#voice.line(line)
    await new Promise<void>(resolve => {
      if (stopping.signal.aborted) resolve()
      else stopping.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    this.#voice.aside('Closing: open requests may finish. Once more stops at once.')
    await this.#close()
    stopping.close()
  }

  async #close (): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    await opened?.close()
  }

  /** One stage: its head, its work, and its last line. */
  async #stage (stage: StageName, about: string | undefined, work: () => Promise<Ended>): Promise<void> {
    const stopped = this.#stages.some(({ state }) => state === 'no' || state === 'broken' || state === 'interrupted')
    const { skip } = this.#options
    const began = performance.now()
    if (!this.#voice.json && !skip.includes(stage) && !(stopped && stage !== 'report')) this.#voice.line(stageHead(order.filter(each => !skip.includes(each)).indexOf(stage) + 1, stage, about, this.#view))
    let ended: Ended
    if (skip.includes(stage)) ended = { state: 'skipped', why: 'left out, by --skip' }
    else if (stopped && stage !== 'report') ended = { state: 'not reached', why: 'a stage before it ended the run' }
    else ended = await work().catch((error: Error & { code?: string }): Ended => ({ state: 'broken', why: error.message, ...(error.code !== undefined && { code: error.code }) }))
    const seconds = (performance.now() - began) / 1000
    if (this.#interrupted?.aborted === true && (stage === 'verify' || stage === 'bench') && ended.state !== 'skipped' && ended.state !== 'not reached') ended = { state: 'interrupted', why: 'it was interrupted' }
    this.#stages.push({ stage, seconds, ...ended })
    if (this.#voice.json || ended.state === 'not reached' || ended.state === 'skipped') return
    for (const line of stageFoot(ended.state, ended.why, seconds, this.#view)) this.#voice.line(line)
    this.#voice.line()
  }

  async #verify (): Promise<Ended> {
    const { code, value } = await this.#step(verifyCommand, ['verify'])
    const { cases, coverage, findings } = value as ParityReport
    const found = findings.filter(({ confirmed }) => confirmed)
    const requests = coverage.reduce((sum, endpoint) => sum + endpoint.requests, 0)
    const facts = `${cases.length} ${cases.length === 1 ? 'scenario' : 'scenarios'}, ${requests.toLocaleString('en-US')} requests to ${coverage.length} endpoints`
    if (code === 0) return { state: 'yes', why: `${facts}: no difference` }
    const [first] = found
    if (first !== undefined) return { state: 'no', why: `${facts}: ${found.length} ${found.length === 1 ? 'difference' : 'differences'}\n${first.endpoint}: ${first.message}\n\`cutover verify\` shows ${found.length === 1 ? 'it' : 'all'} in full` }
    const failed = cases.find(({ outcome }) => outcome === 'failed')
    return { state: 'broken', why: failed === undefined ? `${facts}: not all was compared` : `${facts}: ${failed.name} could not be run to its end` }
  }

  async #bench (): Promise<Ended> {
    const { benchTime, quick } = this.#options
    const { code, value } = await this.#step(benchCommand, ['bench', ...(quick === true ? ['--quick'] : []), ...(benchTime === undefined ? [] : ['--time', benchTime])])
    const result = value as BenchResult
    if (!this.#voice.json) for (const line of benchLines(result, this.#view)) this.#voice.line(line)
    const different = result.routes.find(({ answers }) => answers === 'different')
    if (code !== 0 && different !== undefined) return { state: 'no', why: `answers differ on ${different.route}: ${different.difference ?? ''}` }
    const names = [...new Set(result.routes.map(({ route }) => route))]
    return { state: 'yes', why: `${result.backends.map(({ name, framework }) => framework ?? name).join(', ')} on ${names.join(', ')}` }
  }

  async #roll ({ traffic, signal }: Pick<Rolling, 'traffic' | 'signal'>): Promise<Ended> {
    const { config, port, hold, version } = this.#options
    const wishes = { ...(config !== undefined && { config }), ...(port !== undefined && { port }), ...(hold !== undefined && { holdMs: hold }), ...(version !== undefined && { version }) }
    const log = (line: string): void => { if (/^(warn|error):/.test(line)) this.#voice.aside(line) }
    this.#opened = await openRunSwitch(this.#surroundings, wishes, log)
    const { ended, outcome } = await rolloutStage({ traffic, signal, opened: this.#opened, features: this.#features, options: this.#options, settings: this.#settings, surroundings: this.#surroundings, voice: this.#voice, view: this.#view })
    this.#rollout = outcome
    return ended
  }

  async #write (): Promise<Ended> {
    const { value } = await this.#step(reportCommand, ['report'])
    const { decision, summary, files } = value as Dossier & { readonly files: NonNullable<RunOutcome['report']> }
    this.#report = files
    if (!this.#voice.json) {
      const { colors } = this.#voice
      this.#voice.line(`   ${colors.bold(colors.underline(files.html))}`)
      this.#voice.line(colors.dim('   and report.md, report.json, run.json and samples/ beside it'))
    }
    // What the report decides is about the whole migration, a run about its features.
    return { state: 'yes', why: `${decision.toUpperCase()}: ${summary}` }
  }

  async #step (add: AddCommand, words: readonly string[]): Promise<Said> {
    return await runStep(add, words, this.#surroundings, this.#options)
  }

  async #outcome (): Promise<RunOutcome> {
    const rollouts = this.#rollout?.rollouts ?? []
    const exit = exitOf(this.#stages)
    const outcome: RunOutcome = {
      done: exit === 0 && this.#stages.some(({ stage, state }) => stage === 'rollout' && state === 'yes'),
      exit,
      startedAt: this.#startedAt.toISOString(),
      seconds: (performance.now() - this.#began) / 1000,
      why: summaryOf(this.#stages, rollouts),
      stages: this.#stages,
      rollout: this.#rollout,
      report: this.#report
    }
    const text = `${JSON.stringify(outcome, undefined, 2)}\n`
    const folders = [this.#settings.stateDir, ...(this.#report === undefined ? [] : [dirname(this.#report.json)])]
    // A disk that is full does not change what came out.
    for (const folder of folders) await keepFile(join(folder, 'run.json'), text).catch((error: Error) => this.#voice.aside(`run.json could not be kept in ${folder}: ${error.message}`))
    if (!this.#voice.json) {
      const { colors } = this.#voice
      for (const line of stageFoot(exit === 0 ? 'yes' : exit === 1 ? 'no' : 'broken', outcome.why, outcome.seconds, this.#view)) this.#voice.line(colors.bold(line.replace(/^ {3}/, '')))
    }
    return outcome
  }
}

function shareText ({ rollout: { stages } }: Settings): string {
  return stages.map(share => `${share / 100}%`).join(', ')
}
