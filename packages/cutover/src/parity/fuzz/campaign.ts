import type { CaseResult, ParityReport } from '../finding.ts'
import type { LeftOutCounts } from '../noise.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TrialResult } from '../trial/result.ts'
import { createSender, type Sender } from '../send/sender.ts'
import { runTrial, type RunOptions } from '../trial/run-trial.ts'
import type { TrialContext } from '../trial/trial.ts'
import { batches, batchOf } from './batch.ts'
import { Coverage } from './coverage.ts'
import { Hunt } from './hunt.ts'
import type { Api, Operation } from './openapi/api.ts'
import type { FuzzOptions, FuzzProgress } from './options.ts'
import { Random } from './random.ts'
import { stepOf } from './requests/draft.ts'
import { probesOf } from './requests/faults.ts'
import type { Probe } from './requests/probe.ts'
import { countLeftOut } from './left-out.ts'
import { lifecycles } from './sequences/lifecycle.ts'
import { Kinds } from './sequences/kinds.ts'
import { jsonChanged, mutateScenario } from './sequences/mutate.ts'
import { Session } from './sequences/session.ts'
import { signInOf } from './sequences/sign-in.ts'
import { essentials, literalsOf } from './starts.ts'
import { World } from './world.ts'

const batchSize = 40
const tries = 12
const mostKept = 400
const mostRounds = 12
/** A request that hangs must not use up the run. */
const longestWaitMs = 5000
/** Of so many trials one opens a connection for each request: a backend may tell one from another. */
const ownConnections = 8
const changes = [3, 14] as const

/** Ends the run: its time is over, its requests are used up, or its first find is there. */
class Over extends Error {}

type Stage = FuzzProgress['stage']

/** One run of the fuzzer. */
export class Campaign {
  readonly #options: FuzzOptions
  readonly #context: TrialContext
  readonly #api: Api
  readonly #random: Random
  readonly #world: World
  readonly #coverage: Coverage
  readonly #hunt: Hunt
  readonly #sender: Sender
  /** Which change was tried after which. */
  readonly #tried = new Map<string, number>()
  #sessions = 0
  readonly #now: () => number
  readonly #begun: number
  readonly #cases = new Map<Stage, { steps: number, durationMs: number, causes: Set<string>, broken: number, note?: string }>()
  readonly #corpus: Scenario[] = []
  /** Endpoints at which a side failed: asked no more. */
  readonly #sick = new Set<string>()
  readonly #notes: string[] = []
  #leftOut: LeftOutCounts = {}
  #requests = 0
  #trials = 0
  #isSwept = false
  /** Whether the last trial met an answer of a new kind. */
  #isFresh = false
  #stage: Stage = 'learning'

  constructor (options: FuzzOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#begun = this.#now()
    const { context } = options
    this.#context = { ...context, timeoutMs: Math.min(context.timeoutMs, longestWaitMs) }
    const skip = new Set(options.skip?.map(each => each.replace(/\$\{([\w-]+)\}/g, '{$1}')))
    this.#api = { ...options.api, operations: options.api.operations.filter(each => !skip.has(`${each.method} ${each.path}`)) }
    this.#random = new Random(options.seed)
    const { scenarios = [], headers = {} } = options
    const signIn = signInOf(headers, options.signIn, scenarios)
    const lacking = signIn === undefined && /\$\{/.test(JSON.stringify(headers))
    if (lacking) this.#notes.push('No scenario captures what parity.fuzz.headers needs: all requests went without credentials.')
    this.#world = new World({ api: this.#api, scenarios, signIn, credentials: lacking ? {} : headers, random: this.#random })
    this.#coverage = new Coverage(this.#api)
    this.#sender = createSender({ keepAlive: true })
    this.#hunt = new Hunt({ context: this.#context, run: (scenario, context) => runTrial(scenario, context, { sender: this.#sender }), shrinkMs: options.shrinkMs ?? 10_000, saveTo: options.saveTo, redact: options.redact, sources: [...options.signIn === undefined ? [] : [options.signIn], ...scenarios] })
    if (skip.size > 0) this.#notes.push(`Skipped as configured: ${[...skip].join(', ')}.`)
  }

  /** Runs until time, requests or signal end it. */
  async run (): Promise<void> {
    try {
      await this.#learn()
      const probes = this.#probes()
      const lives = lifecycles(this.#world, this.#random)
      await this.#sweep(probes.filter(probe => probe.tier === 0), lives)
      await this.#sweep(probes.filter(probe => probe.tier === 1), lives)
      this.#isSwept = true
      await this.#atRandom(probes)
    } catch (error) {
      if (this.#context.signal?.aborted === true) this.#notes.push('The run was ended early.')
      else if (!(error instanceof Over)) throw error
      else if (!this.#isSwept && this.#options.untilFirst !== true) this.#notes.push('The time was over before each single fault was tried. Give it more time.')
    } finally {
      this.#sender.close()
      // Noise that was learned is of use to whoever runs next.
      this.#options.context.noise = this.#context.noise
    }
  }

  report (): ParityReport {
    const kinds = ['failure', 'answer', 'state', 'expectation']
    const findings = this.#hunt.all.toSorted((a, b) => Number(b.confirmed) - Number(a.confirmed) || kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.endpoint < b.endpoint ? -1 : 1))
    const cases = [...this.#cases].map(([name, { causes, broken, note, ...figures }]): CaseResult => ({
      name: `fuzz: ${name}`,
      ...figures,
      outcome: causes.size > 0 ? 'different' : 'same',
      causes: [...causes],
      ...(broken > 0 && { note: `${broken} sequences could not be run to their end; the first: ${note}` })
    }))
    return {
      command: 'fuzz',
      startedAt: new Date(this.#begun).toISOString(),
      durationMs: this.#now() - this.#begun,
      cases,
      findings,
      leftOut: this.#leftOut,
      coverage: this.#coverage.report(),
      untested: this.#coverage.untested(),
      notes: [...this.#notes, ...this.#hunt.notes],
      seed: this.#options.seed
    }
  }

  /** Finds for each operation requests that legacy takes, those that give ids first. */
  async #learn (): Promise<void> {
    this.#enter('learning')
    const order = ['POST', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']
    const parameters = (operation: Operation) => operation.parameters.filter(each => each.in === 'path').length
    const operations = this.#api.operations.toSorted((a, b) => parameters(a) - parameters(b) || order.indexOf(a.method) - order.indexOf(b.method))
    for (const round of [1, 2]) {
      for (const operation of operations) {
        if (round === 2 && this.#world.bases(operation).length > 0) continue
        const drafts = this.#world.candidates(operation, round === 1 ? tries : tries * 2)
        const before = this.#world.preamble(drafts)
        const scenario: Scenario = { name: `learning ${operation.endpoint}`, ...(this.#world.values !== undefined && { let: this.#world.values }), steps: [...before, ...drafts.map(draft => stepOf(draft))] }
        const result = await this.#trial(scenario)
        for (const [index, draft] of drafts.entries()) {
          const { legacy, twin } = result.steps[before.length + index]?.exchanges ?? {}
          if (legacy !== undefined) this.#world.learn(draft, legacy, operation.method === 'POST' ? 8 : 3, twin)
        }
        await this.#pursue(result, scenario, () => [])
      }
    }
    const untaken = this.#api.operations.filter(operation => this.#world.bases(operation).length === 0).map(operation => operation.endpoint)
    if (untaken.length > 0) this.#notes.push(`No request was found that legacy takes for ${untaken.join(', ')}: only its refusals are compared. A scenario, or an example in the description, would help.`)
  }

  #probes (): Probe[] {
    const lists = this.#api.operations.map(operation => {
      const known = this.#world.bases(operation)
      // The first one makes what paths name.
      const bases = operation.method === 'POST' && known.length > 1 ? known.slice(1) : known
      return probesOf(operation, bases.length > 0 ? bases : [this.#world.draft(operation, this.#random)], this.#random, this.#world.credentials)
    })
    // In turns, so that each operation has its share when the time is short.
    const longest = Math.max(0, ...lists.map(list => list.length))
    return Array.from({ length: longest }, (_, index) => lists.flatMap(list => list[index] ?? [])).flat()
  }

  /** Single faults, and in turns with them sequences: neither kind of fault waits for the other. */
  async #sweep (probes: readonly Probe[], lives: Scenario[]): Promise<void> {
    const makings = (endpoint: string) => Math.max(1, this.#world.bases(this.#api.operations.find(each => each.endpoint === endpoint)!).length - 1)
    let turn = 0
    for (const batch of batches(probes, batchSize, makings)) {
      this.#enter('sweep')
      await this.#examine(batch)
      // Sequences are longer.
      if (turn++ % 2 === 1) continue
      this.#enter('sequences')
      const life = lives.shift()
      if (life !== undefined) await this.#explore(life)
      await this.#session()
    }
    for (const life of lives.splice(0)) await this.#explore(life)
  }

  async #session (): Promise<void> {
    const kinds = new Kinds(this.#world)
    const session = new Session({ world: this.#world, kinds, tried: this.#tried, random: this.#random, isSick: endpoint => this.#sick.has(endpoint), changes: this.#random.integer(...changes) })
    const begin: Scenario = { name: `session ${++this.#sessions}`, ...(this.#world.values !== undefined && { let: this.#world.values }), steps: this.#world.signIn }
    const next: RunOptions['next'] = last => this.#isOver() ? undefined : session.next(last)
    const result = await this.#trial(begin, { next })
    const scenario: Scenario = { ...begin, steps: [...begin.steps, ...session.steps] }
    await this.#pursue(result, scenario, step => essentials({ ...scenario, steps: scenario.steps.slice(0, step) }))
  }

  async #atRandom (probes: readonly Probe[]): Promise<void> {
    this.#enter('random')
    const seeds = (this.#options.scenarios ?? []).filter(scenario => scenario.given === undefined)
    if (probes.length === 0) return
    for (;;) {
      const turn = this.#random.integer(0, 9)
      const sources = [...seeds, ...this.#corpus]
      if (turn < 3 || (turn < 5 && sources.length === 0)) {
        const chosen = Array.from({ length: 25 }, () => this.#changed(this.#random.pick(probes)))
        for (const batch of batches(chosen, 25, () => 3)) await this.#examine(batch)
      } else if (turn < 5) await this.#explore(mutateScenario(this.#random.pick(sources), this.#random))
      else await this.#session()
    }
  }

  /** A probe with one more thing changed. */
  #changed (probe: Probe): Probe {
    const { body } = probe.draft
    if (body === undefined || !('json' in body) || this.#random.chance(0.2)) return probe
    return { ...probe, label: `${probe.label}, and more`, draft: { ...probe.draft, body: { json: jsonChanged(body.json, this.#random) } } }
  }

  /** Sends probes; what differs is followed to the probe that shows it, and the others are sent again without that. */
  async #examine (probes: readonly Probe[]): Promise<void> {
    let left = probes.filter(({ draft }) => !this.#sick.has(draft.operation.endpoint))
    for (let round = 0; round < mostRounds && left.length > 0; round++) {
      const batch = batchOf(this.#world, left, `${this.#stage} ${this.#trials + 1}`)
      const result = await this.#trial(batch.scenario)
      const alone = (step: number) => {
        const probe = batch.probes[step - batch.before - 1]
        return probe === undefined ? [] : [batchOf(this.#world, [probe], `${batch.scenario.name}: ${probe.label}`).scenario]
      }
      const fresh = await this.#pursue(result, batch.scenario, alone)
      if (!fresh) return
      const culprits = new Set(result.steps.filter(step => step.differences.length > 0 || step.failures.candidate !== undefined).map(step => batch.probes[step.step - batch.before - 1]))
      const rest = left.filter(probe => !culprits.has(probe) && !this.#sick.has(probe.draft.operation.endpoint))
      if (rest.length === left.length) return
      left = rest
    }
  }

  /** Runs a sequence; one that met something new is kept to be changed further. */
  async #explore (scenario: Scenario): Promise<void> {
    const result = await this.#trial(scenario)
    if (this.#isFresh) {
      this.#corpus.push(scenario)
      if (this.#corpus.length > mostKept) this.#corpus.shift()
    }
    await this.#pursue(result, scenario, step => essentials({ ...scenario, steps: scenario.steps.slice(0, step) }))
  }

  /** Follows what a trial shows that is new: the first step that differs, since later ones may follow from it, and the state where no step does. */
  async #pursue (result: TrialResult, scenario: Scenario, alone: (step: number) => readonly Scenario[]): Promise<boolean> {
    const fresh = this.#hunt.fresh(result, scenario.name)
    const [first] = fresh
    if (first === undefined) return false
    const stage = this.#stage
    const known = result.steps.some(step => step.step < (first.step ?? Infinity) && step.differences.length > 0)
    // After a difference that is known already the state, and the answers, may differ in consequence: the rest is run without it.
    if (known && first.step === undefined) return true
    this.#progress('shrinking')
    for (const finding of fresh.filter(each => each.step === first.step)) {
      if (finding.kind === 'failure') this.#sick.add(finding.endpoint)
      const starts = finding.step === undefined ? essentials(scenario) : alone(finding.step)
      const stays = await this.#hunt.pursue(finding, [...starts, scenario], literalsOf(result, scenario))
      if (stays) this.#case(stage).causes.add(finding.cause)
      this.#progress(stage)
      if (stays && this.#options.untilFirst === true) throw new Over()
    }
    return true
  }

  #isOver (): boolean {
    const { durationMs = 60_000, requests = Infinity } = this.#options
    return this.#now() - this.#begun >= durationMs || this.#requests >= requests
  }

  async #trial (scenario: Scenario, options: Pick<RunOptions, 'next'> = {}): Promise<TrialResult> {
    if (this.#isOver()) throw new Over()
    const begun = this.#now()
    const result = await runTrial(scenario, this.#context, { ...options, ...(this.#trials % ownConnections !== ownConnections - 1 && { sender: this.#sender }) })
    const entry = this.#case(this.#stage)
    this.#trials++
    this.#requests += result.steps.length
    entry.steps += result.steps.length
    entry.durationMs += this.#now() - begun
    if (result.broken !== undefined) {
      entry.broken++
      entry.note ??= result.broken
    }
    this.#isFresh = this.#coverage.add(result) > 0
    this.#leftOut = countLeftOut(this.#leftOut, result)
    this.#progress(this.#stage)
    return result
  }

  #enter (stage: Stage): void {
    this.#stage = stage
    this.#case(stage)
  }

  #case (stage: Stage): { steps: number, durationMs: number, causes: Set<string>, broken: number, note?: string } {
    const known = this.#cases.get(stage)
    if (known !== undefined) return known
    const entry = { steps: 0, durationMs: 0, causes: new Set<string>(), broken: 0 }
    this.#cases.set(stage, entry)
    return entry
  }

  #progress (stage: Stage): void {
    this.#options.onProgress?.({ requests: this.#requests, trials: this.#trials, findings: this.#hunt.confirmed, elapsedMs: this.#now() - this.#begun, stage })
  }
}
