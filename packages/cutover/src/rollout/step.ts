import type { Change, GateResult } from '../config/control.ts'
import { formatShare } from '../config/units.ts'
import { ended, type EndedPhase } from './end.ts'
import type { ShareState } from './ports.ts'
import { activeOf, eventOf, rolloutWho, withProgress, type Progress, type RolloutState, type Step } from './state.ts'
import { waitingFor, type StageNeeds } from './waiting-for.ts'

/** What a tick knows. */
export interface TickInput {
  /** Milliseconds, monotonic. */
  readonly now: number
  readonly date: Date
  /** Where every feature stands. */
  readonly shares: ReadonlyMap<string, ShareState>
  /** The candidate's requests in all, of the active rollout's feature; undefined when nothing can be known now. */
  readonly requests: number | undefined
  /** What every gate of the active rollout says of its stage. */
  readonly results: readonly GateResult[]
  /** What somebody else did to a feature since the last event of its rollout; a rollback before all else. */
  readonly byHand: ReadonlyMap<string, Change>
  readonly needs: StageNeeds
  /** The features, in the order in which they move. */
  readonly order: readonly string[]
}

/** How long a change by hand may act before the journal says whose it is. */
const signedWithinMs = 1_000

/**
 * Looks at the rollouts once. A failing gate takes the feature back, and what was done by hand comes before the plan;
 * only a stage whose time, requests and gates are all there is followed by the next one. Pure: nothing is done but said.
 */
export function step (state: RolloutState, input: TickInput): Step {
  const active = activeOf(state)
  const looked = active === undefined ? { state, actions: [] } : look(state, active, input)
  if (looked.actions.length > 0) return looked
  for (const waiting of state.rollouts.filter(({ phase }) => phase === 'waiting')) {
    const change = input.byHand.get(waiting.feature)
    if (change?.kind === 'rollback') return ended(looked.state, waiting, 'aborted', { ...handCause(change), why: `rolled back by hand while it waited${because(change)}` }, input.date)
  }
  return active === undefined ? next(state, input) : looked
}

/** Starts the feature that is next in order. */
function next (state: RolloutState, { shares, order, date, byHand }: TickInput): Step {
  const place = ({ feature }: Progress): number => order.includes(feature) ? order.indexOf(feature) : order.length
  const [first] = state.rollouts.filter(({ phase }) => phase === 'waiting').sort((a, b) => place(a) - place(b))
  if (first === undefined) return { state, actions: [] }
  const stands = shares.get(first.feature)
  const change = byHand.get(first.feature)
  const gone = stands === undefined ? 'the feature is not in the configuration any more' : change !== undefined && stands.share !== first.left.share ? `moved to ${formatShare(stands.share)} by hand while it waited` : undefined
  if (gone !== undefined) return ended(state, first, 'aborted', { who: change?.who ?? rolloutWho, why: gone }, date)
  const started: Progress = { ...first, phase: 'running', left: stands!, startedAt: date.toISOString(), stageStartedAt: date.toISOString(), detail: 'starts' }
  const event = eventOf('started', started, first.asked, date, { share: first.stages[0]! })
  return { state: withProgress(state, started), actions: [{ kind: 'append', event, intent: true }] }
}

function look (state: RolloutState, active: Progress, input: TickInput): Step {
  const { shares, date, byHand, results } = input
  const stands = shares.get(active.feature)
  const change = byHand.get(active.feature)
  if (stands === undefined) return ended(state, active, 'aborted', { who: rolloutWho, why: 'the feature is not in the configuration any more' }, date)
  const failed = results.find(({ verdict }) => verdict === 'fail')
  if (failed !== undefined && stands.share > 0) return takeBack(state, { ...active, results }, failed, date)
  const moved = stands.share !== active.left.share || stands.rolledBack !== active.left.rolledBack
  const { movedAt = input.now } = active
  // A lowering acts before it is written: soon the journal says who it was, unless it cannot be written.
  if (moved && change === undefined && failed === undefined && input.now - movedAt < signedWithinMs) return { state: withProgress(state, { ...active, movedAt }), actions: [] }
  if (change?.kind === 'rollback' || (stands.rolledBack && !active.left.rolledBack)) {
    return ended(state, { ...active, results, left: stands }, 'aborted', { ...handCause(change), why: `rolled back by hand${because(change)}` }, date)
  }
  if (failed !== undefined) return takeBack(state, { ...active, results }, failed, date)
  if (active.phase === 'paused') return { state: withProgress(state, { ...active, ...counted(active, input), results }), actions: [] }
  if (moved) {
    const cause = { ...handCause(change), why: `moved to ${formatShare(stands.share)} by hand${because(change)}` }
    const paused: Progress = { ...active, phase: 'paused', results, detail: cause.why }
    return { state: withProgress(state, paused), actions: [{ kind: 'append', event: eventOf('paused', paused, cause, date, { share: stands.share }), intent: false }] }
  }
  return active.heldSince === undefined ? takeEffect(state, active, input) : hold(state, active, input)
}

/** Sets the share that the stage was begun for, or begins to hold it. */
function takeEffect (state: RolloutState, active: Progress, { now, date }: TickInput): Step {
  const to = active.stages[active.stage]!
  if (active.left.share === to && !active.left.rolledBack) return { state: inEffect(state, active.rollout, now, date), actions: [] }
  const cause = { who: rolloutWho, why: `stage ${active.stage + 1} of ${active.stages.length}` }
  return { state, actions: [{ kind: 'share', rollout: active.rollout, feature: active.feature, to, expected: active.left, cause }] }
}

/** The state once a stage's share is in effect: it is held from now on, on evidence of its own. */
export function inEffect (state: RolloutState, rollout: string, now: number, date: Date): RolloutState {
  const active = state.rollouts.find(each => each.rollout === rollout)
  if (active === undefined) return state
  return withProgress(state, {
    ...active,
    left: { share: active.stages[active.stage]!, rolledBack: false },
    movedAt: undefined,
    heldSince: now,
    stageStartedAt: date.toISOString(),
    requestsBefore: undefined,
    requests: 0,
    results: [],
    detail: 'the stage has begun'
  })
}

function hold (state: RolloutState, active: Progress, input: TickInput): Step {
  const held: Progress = { ...active, ...counted(active, input), results: input.results }
  const wait = waitingFor(held, input.needs, input.now, input.requests !== undefined)
  if (wait !== undefined) return { state: withProgress(state, { ...held, detail: wait }), actions: [] }
  const cause = { who: rolloutWho, why: held.skip === undefined ? 'every gate passes' : `skipped by ${held.skip.who}: ${held.skip.why}` }
  const last = held.stage + 1 === held.stages.length
  if (last) return ended(state, held, 'completed', cause, input.date)
  const raised: Progress = { ...held, stage: held.stage + 1, heldSince: undefined, skip: undefined, detail: 'the next stage begins' }
  const event = eventOf('stage', raised, cause, input.date, { share: raised.stages[raised.stage]! })
  return { state: withProgress(state, raised), actions: [{ kind: 'append', event, intent: true }] }
}

function takeBack (state: RolloutState, active: Progress, { gate, reason }: GateResult, date: Date): Step {
  const cause = { who: rolloutWho, why: `${gate}: ${reason}` }
  const done = ended(state, active, 'failed' satisfies EndedPhase, cause, date, gate)
  return { state: done.state, actions: [{ kind: 'rollback', feature: active.feature, cause }, ...done.actions] }
}

function counted ({ requestsBefore, requests: known }: Progress, { requests }: TickInput): Pick<Progress, 'requestsBefore' | 'requests'> {
  if (requests === undefined) return { requestsBefore, requests: known }
  const before = requestsBefore ?? requests
  return { requestsBefore: before, requests: requests - before }
}

function handCause (change: Change | undefined): { readonly who: string } {
  return { who: change?.who ?? 'unknown' }
}

function because (change: Change | undefined): string {
  return change === undefined || change.why === '' ? '' : `: ${change.why}`
}
