import type { Cause } from '../config/control.ts'
import { fault } from '../errors.ts'
import { ended } from './end.ts'
import type { ShareState } from './ports.ts'
import { activeOf, eventOf, isActive, withProgress, type Progress, type RolloutState, type Step } from './state.ts'

/** What an operator says to rollouts under way; to all of them when no feature is named. */
export interface SteerInput {
  readonly features: readonly string[] | undefined
  readonly cause: Cause
  readonly shares: ReadonlyMap<string, ShareState>
  readonly date: Date
}

/**
 * Keeps the share where it is. Gates are still looked at, and one that fails still takes the feature back.
 * @throws CUT_ROLLOUT_NONE
 */
export function pause (state: RolloutState, input: SteerInput): Step {
  const active = activeAmong(state, input, 'pause')
  if (active.phase === 'paused') return { state, actions: [] }
  const paused: Progress = { ...active, phase: 'paused', detail: `paused by ${input.cause.who}${because(input.cause)}` }
  return { state: withProgress(state, paused), actions: [{ kind: 'append', event: eventOf('paused', paused, input.cause, input.date), intent: false }] }
}

/**
 * Goes on with the stage that was reached, held anew from its beginning, at its share.
 * @throws CUT_ROLLOUT_NONE
 */
export function resume (state: RolloutState, input: SteerInput): Step {
  const active = activeAmong(state, input, 'resume')
  if (active.phase === 'running') return { state, actions: [] }
  const running: Progress = { ...active, phase: 'running', left: input.shares.get(active.feature) ?? active.left, movedAt: undefined, heldSince: undefined, results: [], skip: undefined, detail: 'goes on' }
  return { state: withProgress(state, running), actions: [{ kind: 'append', event: eventOf('resumed', running, input.cause, input.date, { share: running.stages[running.stage]! }), intent: true }] }
}

/**
 * Ends rollouts and sends what was on the candidate back to legacy. What waits is only taken from the queue.
 * @throws CUT_ROLLOUT_NONE
 */
export function abort (state: RolloutState, input: SteerInput): Step {
  const under = state.rollouts.filter(each => each.endedAt === undefined && (input.features?.includes(each.feature) ?? true))
  if (under.length === 0) throw none(state, input, 'abort')
  const [active] = under.filter(isActive)
  // One that is under way takes those that wait behind it along.
  if (active !== undefined) {
    const done = ended(state, active, 'aborted', input.cause, input.date)
    return { state: done.state, actions: [{ kind: 'rollback', feature: active.feature, cause: input.cause }, ...done.actions] }
  }
  return under.reduce<Step>(({ state: before, actions }, waiting) => {
    const done = ended(before, waiting, 'aborted', input.cause, input.date)
    return { state: done.state, actions: [...actions, ...done.actions] }
  }, { state, actions: [] })
}

/**
 * Goes on to the next stage without waiting for time, requests or gates that have no data; never past one that fails.
 * @throws CUT_ROLLOUT_NONE, CUT_ROLLOUT_REASON, CUT_ROLLOUT_PAUSED
 */
export function skip (state: RolloutState, input: SteerInput): Step {
  const active = activeAmong(state, input, 'skip')
  if (input.cause.why.trim() === '') throw fault('CUT_ROLLOUT_REASON', 'skip')
  if (active.phase === 'paused') throw fault('CUT_ROLLOUT_PAUSED', active.feature, active.detail)
  const skipped: Progress = { ...active, skip: input.cause, detail: 'skipped' }
  return { state: withProgress(state, skipped), actions: [{ kind: 'append', event: eventOf('skipped', skipped, input.cause, input.date), intent: true }] }
}

function activeAmong (state: RolloutState, input: SteerInput, verb: string): Progress {
  const active = activeOf(state)
  if (active === undefined || !(input.features?.includes(active.feature) ?? true)) throw none(state, input, verb)
  return active
}

function none (state: RolloutState, { features }: SteerInput, verb: string): Error {
  const under = state.rollouts.filter(each => each.endedAt === undefined).map(({ feature, phase }) => `${feature} (${phase})`)
  return fault('CUT_ROLLOUT_NONE', verb, features === undefined ? '' : ` of ${features.join(', ')}`, under.join(', ') || 'none')
}

function because ({ why }: Cause): string {
  return why === '' ? '' : `: ${why}`
}
