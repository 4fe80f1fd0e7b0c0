import type { Change, GateResult, JournalEntry, Verdict } from '../../src/config/control.ts'
import type { FeaturePlan } from '../../src/rollout/plan.ts'
import type { ShareState } from '../../src/rollout/ports.ts'
import { byHandSince } from '../../src/rollout/resume.ts'
import { start, type StartInput } from '../../src/rollout/start.ts'
import { noRollouts, rolloutWho, type Progress, type RolloutState, type Step } from '../../src/rollout/state.ts'
import type { SteerInput } from '../../src/rollout/steer.ts'
import { inEffect, step, type TickInput } from '../../src/rollout/step.ts'

export const cause = { who: 'test', why: 'because' }
export const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)
export const onLegacy: ShareState = { share: 0, rolledBack: false }
export const result = (verdict: Verdict, gate = 'errorRate'): GateResult => ({ gate, verdict, reason: `says ${verdict}`, samples: 1 })

export const planOf = (feature: string, stages: readonly number[] = [100, 5_000, 10_000]): FeaturePlan =>
  ({ feature, risk: 'low', stages, holdMs: 10_000, minimumRequests: 100, gates: ['errorRate'] })

/** A world of shares and a journal in memory, in which steps are carried out; its time is in seconds. */
export class World {
  state: RolloutState = noRollouts
  seconds = 0
  requests = 0
  readonly lines: JournalEntry[] = []
  readonly shares: Map<string, ShareState>
  readonly order: readonly string[]
  needs = { holdMs: 10_000, minimumRequests: 100 }

  constructor (order: readonly string[] = ['a', 'b', 'c']) {
    this.order = order
    this.shares = new Map(order.map(name => [name, onLegacy]))
  }

  get date (): Date {
    return at(this.seconds)
  }

  /** How a feature's newest rollout stands. */
  of (feature = 'a'): Progress {
    return this.state.rollouts.find(each => each.feature === feature)!
  }

  share (feature = 'a'): number {
    return this.shares.get(feature)!.share
  }

  events (feature?: string): string[] {
    return this.lines.flatMap(line => line.kind === 'rollout' && (feature ?? line.feature) === line.feature ? [line.event] : [])
  }

  start (features: readonly string[] = ['a'], more: Partial<StartInput> = {}): void {
    this.carryOut(start(this.state, {
      plans: features.map(name => planOf(name)), version: undefined, override: false, cause, shares: this.shares, cooldownMs: 60_000, date: this.date, ids: features.map(name => `${name}-${this.lines.length}`), ...more
    }))
  }

  steer (command: (state: RolloutState, input: SteerInput) => Step, more: Partial<SteerInput> = {}): void {
    this.carryOut(command(this.state, { features: undefined, cause, shares: this.shares, date: this.date, ...more }))
  }

  /** Looks once, as a tick does. */
  look (results: readonly GateResult[] = [result('pass')], more: Partial<TickInput> = {}): Step {
    const byHand = new Map<string, Change>()
    for (const progress of this.state.rollouts) {
      const change = progress.endedAt === undefined ? byHandSince(this.lines, progress) : undefined
      if (change !== undefined) byHand.set(progress.feature, change)
    }
    const done = step(this.state, { now: this.seconds * 1000, date: this.date, shares: this.shares, requests: this.requests, results, byHand, needs: this.needs, order: this.order, ...more })
    this.carryOut(done)
    return done
  }

  /** Looks until nothing more is to be done at once. */
  settle (results?: readonly GateResult[]): void {
    for (let round = 0; round < 5; round++) if (this.look(results).actions.length === 0) return
  }

  /** Holds the stage for long enough, with enough requests. */
  pass (): void {
    this.look([result('no data')])
    this.seconds += 11
    this.requests += 200
    this.settle()
  }

  byHand (feature: string, to: number, who = 'cli:alice'): void {
    this.change(feature, to, 'share', { who, why: 'by hand' })
  }

  rollback (feature: string, who = 'cli:alice'): void {
    this.change(feature, 0, 'rollback', { who, why: 'a customer called' })
  }

  change (feature: string, to: number, kind: 'share' | 'rollback', { who, why }: { who: string, why: string }): void {
    const from = this.share(feature)
    this.shares.set(feature, { share: to, rolledBack: kind === 'rollback' })
    this.lines.push({ at: this.date.toISOString(), kind, feature, from, to, who, why })
  }

  carryOut ({ state, actions }: Step): void {
    this.state = state
    for (const action of actions) {
      if (action.kind === 'append') this.lines.push(action.event)
      else if (action.kind === 'rollback') this.change(action.feature, 0, 'rollback', action.cause)
      else {
        const stands = this.shares.get(action.feature)!
        if (stands.share !== action.expected.share || stands.rolledBack !== action.expected.rolledBack) continue
        this.change(action.feature, action.to, 'share', action.cause)
        this.state = inEffect(this.state, action.rollout, this.seconds * 1000, this.date)
      }
    }
  }

  /** Who set the shares of a feature, and to what, by rollouts only. */
  raises (feature: string): number[] {
    return this.lines.flatMap(line => line.kind === 'share' && line.feature === feature && line.who === rolloutWho ? [line.to] : [])
  }
}
