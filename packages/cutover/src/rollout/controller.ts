import type { RolloutRequest, RolloutResponse } from '../config/admin-api.ts'
import type { Change, RolloutEvent } from '../config/control.ts'
import type { Settings } from '../config/settings.ts'
import { fault } from '../errors.ts'
import type { Log } from '../switch/log.ts'
import { gatesOf, type Gates } from './gate/gates.ts'
import { plan, type FeaturePlan } from './plan.ts'
import type { Clock, MetricSource, Notifier, RolloutLog, TrafficControl } from './ports.ts'
import type { Reading } from './reading.ts'
import { byHandSince, resumeRollouts } from './resume.ts'
import type { RolloutControl } from './rollout-control.ts'
import { noSamples, type SampleKeeper } from './sample-file.ts'
import { checkNames, meant, start } from './start.ts'
import { activeOf, noRollouts, type Action, type RolloutState, type Step } from './state.ts'
import { abort, pause, resume, skip, type SteerInput } from './steer.ts'
import { inEffect, step, type TickInput } from './step.ts'
import { featureRollout, sampleOf } from './view.ts'
import { Watched } from './watched.ts'

/** What a controller is joined to. */
export interface ControllerOptions {
  readonly settings: Pick<Settings, 'rollout' | 'features'>
  readonly traffic: TrafficControl
  readonly source: MetricSource
  readonly journal: RolloutLog
  readonly notifier: Notifier
  readonly clock: Clock
  readonly log: Log
  readonly samples?: SampleKeeper
  /** Uniform in [0, 1): for ids. */
  readonly random?: () => number
  readonly gatesOf?: (feature: string) => Gates
}

const mostEvents = 100
const readTimeoutMs = 5_000
const sampleEveryMs = 1_000

/**
 * Drives rollouts: looks at the evidence at every tick, and does what `step` says. It never ends by an exception of a
 * gate or of a source: without evidence a rollout holds, and traffic keeps its shares.
 */
export class Controller implements RolloutControl {
  readonly #options: ControllerOptions
  readonly #samples: SampleKeeper
  readonly #plans: readonly FeaturePlan[]
  #state: RolloutState = noRollouts
  #watched: Watched | undefined
  /** What has happened and is not in the journal yet. */
  readonly #unwritten: RolloutEvent[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #sampledAt = Number.NEGATIVE_INFINITY
  #ticking = false
  #closed = false

  private constructor (options: ControllerOptions) {
    this.#options = options
    this.#samples = options.samples ?? noSamples
    this.#plans = plan(options.settings)
  }

  /** Takes up what the journal says, and begins to look. */
  static async open (options: ControllerOptions): Promise<Controller> {
    const controller = new Controller(options)
    await controller.#perform(resumeRollouts(options.journal.lines, options.clock.date()))
    controller.#schedule(0)
    return controller
  }

  status (): RolloutResponse {
    const { clock, settings, journal } = this.#options
    const now = clock.now()
    return {
      rollouts: this.#state.rollouts.map(progress => featureRollout(this.#state, progress, settings.rollout, now)),
      events: journal.lines.filter(line => line.kind === 'rollout').slice(-mostEvents)
    }
  }

  async start (request: RolloutRequest): Promise<RolloutResponse> {
    const { settings: { rollout }, traffic, clock } = this.#options
    return await this.#command(() => {
      const override = request.override === true
      if (override && request.why.trim() === '') throw fault('CUT_ROLLOUT_REASON', 'override')
      const [shares, date] = [traffic.shares(), clock.date()]
      const plans = meant(request.features, this.#plans, shares)
      return start(this.#state, {
        plans, override, shares, date, version: request.version ?? rollout.version, cause: { who: request.who, why: request.why }, cooldownMs: rollout.cooldownMs, ids: plans.map(({ feature }) => this.#id(feature, date))
      })
    })
  }

  async pause (request: RolloutRequest): Promise<RolloutResponse> {
    return await this.#command(() => pause(this.#state, this.#steering(request)))
  }

  async resume (request: RolloutRequest): Promise<RolloutResponse> {
    return await this.#command(() => resume(this.#state, this.#steering(request)))
  }

  async abort (request: RolloutRequest): Promise<RolloutResponse> {
    return await this.#command(() => abort(this.#state, this.#steering(request)))
  }

  async skip (request: RolloutRequest): Promise<RolloutResponse> {
    return await this.#command(() => skip(this.#state, this.#steering(request)))
  }

  /** Stops looking. Rollouts stay as they are, and the next controller of this journal goes on with them. */
  async close (): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#turn
    this.#watched?.close()
    await this.#samples.flush()
  }

  /** Looks once; the ticks of an open controller call it. */
  async tick (): Promise<void> {
    const watched = this.#watch()
    let reading: Reading | undefined
    try {
      reading = await watched?.read(readTimeoutMs)
    } catch (error) {
      this.#report(watched!.feature, `its evidence could not be read: ${(error as Error).message}`)
    }
    await this.#inTurn(async () => {
      if (this.#closed || this.#watched !== watched) return
      // A disk that is full keeps nobody from rolling back.
      await this.#writeBehind().catch((error: Error) => this.#report(this.#unwritten[0]?.feature, error.message))
      if (await this.#stepOnce(reading)) await this.#stepOnce(undefined)
      this.#sample(false)
    })
  }

  /** @returns whether there is more to do at once: a decision was written that is to take effect */
  async #stepOnce (reading: Reading | undefined): Promise<boolean> {
    const done = step(this.#state, this.#input(reading))
    await this.#perform(done)
    return done.actions.some(action => action.kind === 'append' && action.intent)
  }

  #input (reading: Reading | undefined): TickInput {
    const { clock, traffic, journal, settings: { rollout } } = this.#options
    const active = activeOf(this.#state)
    const now = clock.now()
    let seen: Pick<TickInput, 'requests' | 'results'> = { requests: undefined, results: [] }
    try {
      if (active?.rollout === this.#watched?.rollout) seen = this.#watched?.look(active!, reading, now) ?? seen
    } catch (error) {
      this.#report(active!.feature, `a gate could not be asked: ${(error as Error).message}`)
    }
    const byHand = new Map<string, Change>()
    for (const progress of this.#state.rollouts) {
      if (progress.endedAt !== undefined) continue
      const change = byHandSince(journal.lines, progress)
      if (change !== undefined) byHand.set(progress.feature, change)
    }
    return { now, date: clock.date(), shares: traffic.shares(), byHand, needs: rollout, order: rollout.order, ...seen }
  }

  /** Does what a step says. When its first word cannot be written, nothing of it happens. */
  async #perform ({ state, actions }: Step): Promise<void> {
    let adopted = !actions.some(action => action.kind === 'append' && action.intent)
    if (adopted) this.#state = state
    for (const action of actions) {
      if (action.kind === 'append' && action.intent && !adopted) {
        await this.#writeBehind()
        await this.#options.journal.append(action.event)
        adopted = true
        this.#state = state
        this.#tell(action.event)
      } else await this.#act(action)
    }
    if (actions.length > 0) this.#sample(true, actions)
  }

  async #act (action: Action): Promise<void> {
    const { traffic, clock } = this.#options
    if (action.kind === 'rollback') {
      await traffic.rollback(action.feature, action.cause).catch((error: Error) => this.#report(action.feature, error.message))
    } else if (action.kind === 'share') {
      if (await traffic.setShare(action.feature, action.to, action.expected, action.cause)) this.#state = inEffect(this.#state, action.rollout, clock.now(), clock.date())
    } else {
      this.#unwritten.push(action.event)
      this.#tell(action.event)
      await this.#writeBehind().catch((error: Error) => this.#report(action.event.feature, error.message))
    }
  }

  /** @throws CUT_JOURNAL_UNWRITABLE: what could not be written stays to be written */
  async #writeBehind (): Promise<void> {
    for (let next = this.#unwritten[0]; next !== undefined; next = this.#unwritten[0]) {
      await this.#options.journal.append(next)
      this.#unwritten.shift()
    }
  }

  async #command (decide: () => Step): Promise<RolloutResponse> {
    await this.#inTurn(async () => {
      await this.#perform(decide())
    })
    this.#schedule(0)
    return this.status()
  }

  #steering ({ features, who, why }: RolloutRequest): SteerInput {
    const { traffic, clock } = this.#options
    checkNames(features ?? [], this.#plans)
    return { features, cause: { who, why }, shares: traffic.shares(), date: clock.date() }
  }

  /** Steps and commands come one after the other. */
  async #inTurn<T> (work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => {})
    return await result
  }

  #schedule (inMs: number): void {
    // The tick that is under way sees to the next one: they never pile up.
    if (this.#ticking || this.#closed) return
    clearTimeout(this.#timer)
    const idle = this.#state.rollouts.every(({ endedAt }) => endedAt !== undefined) && this.#unwritten.length === 0
    if (idle) return this.#rest()
    this.#timer = setTimeout(() => {
      const { clock, settings } = this.#options
      const began = clock.now()
      this.#ticking = true
      this.tick().catch((error: Error) => this.#report(activeOf(this.#state)?.feature, error.message)).finally(() => {
        this.#ticking = false
        this.#schedule(Math.max(1, settings.rollout.tickMs - (clock.now() - began)))
      })
    }, inMs).unref()
  }

  #rest (): void {
    this.#watched?.close()
    this.#watched = undefined
  }

  /** Watches what is under way, and nothing else. */
  #watch (): Watched | undefined {
    const active = activeOf(this.#state)
    if (active?.rollout === this.#watched?.rollout) return this.#watched
    this.#rest()
    if (active === undefined) return undefined
    const { source, settings } = this.#options
    const gates = this.#options.gatesOf?.(active.feature) ?? gatesOf(settings.rollout, { sticky: settings.features.find(({ name }) => name === active.feature)?.stickyBy !== undefined })
    this.#watched = new Watched(active, source, gates)
    return this.#watched
  }

  #sample (always: boolean, actions: readonly Action[] = []): void {
    const { clock } = this.#options
    const now = clock.now()
    const named = actions.flatMap(action => action.kind === 'append' ? [action.event.rollout] : action.kind === 'share' ? [action.rollout] : [])
    const shown = always ? this.#state.rollouts.filter(({ rollout }) => named.includes(rollout)) : [activeOf(this.#state)].filter(active => active !== undefined)
    if (!always && now - this.#sampledAt < sampleEveryMs) return
    if (!always) this.#sampledAt = now
    for (const progress of shown) this.#samples.add(progress.rollout, sampleOf(progress, clock.date()), always)
  }

  #tell (event: RolloutEvent): void {
    this.#options.notifier.tell(event)
    const { log } = this.#options
    log({ level: event.event === 'failed' ? 'warn' : 'info', feature: event.feature, message: `rollout ${event.event} at stage ${event.stage + 1} by ${event.who}${event.why === '' ? '' : ` (${event.why})`}` })
  }

  #report (feature: string | undefined, what: string): void {
    const { code, message } = fault('CUT_ROLLOUT_FAILED', what)
    this.#options.log({ level: 'error', code, message, feature })
  }

  #id (feature: string, date: Date): string {
    const { random = Math.random } = this.#options
    return `${feature}-${date.toISOString().replace(/\.\d+|[-:]/g, '')}-${Math.floor(random() * 0x10000).toString(16).padStart(4, '0')}`
  }
}
