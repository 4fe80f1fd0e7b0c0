import type { Change, JournalEntry, RolloutEvent } from '../config/control.ts'
import { ended } from './end.ts'
import type { ShareState } from './ports.ts'
import { isActive, rolloutWho, type Action, type Progress, type RolloutState, type Step } from './state.ts'

/**
 * What a journal says of rollouts, so that a gateway that was killed at any point goes on or rolls back, and guesses
 * nothing. A stage that was under way is begun anew, its evidence is gone; a share that was decided on and is not set
 * yet, `step` sets; a rollback that says no more, because the process ended first, is that of a gate that failed.
 * @returns the state, and the events that the end of the process kept from being written
 */
export function resumeRollouts (lines: readonly JournalEntry[], date: Date): Step {
  const rollouts = new Map<string, Progress>()
  const stands = new Map<string, ShareState>()
  const unsaid = new Map<string, Change>()
  const orphans = new Map<string, Progress>()
  for (const line of lines) {
    if (line.kind === 'rollout') {
      const changed = take(rollouts.get(line.feature), line, stands.get(line.feature) ?? { share: 0, rolledBack: false })
      if (changed === undefined) continue
      // What waited behind one that did not complete ends with it.
      if (isOver(line) && isActive(rollouts.get(line.feature)!)) {
        for (const waiting of rollouts.values()) if (waiting.phase === 'waiting') orphans.set(waiting.feature, changed)
      }
      orphans.delete(line.feature)
      rollouts.delete(line.feature)
      rollouts.set(line.feature, changed)
      unsaid.delete(line.feature)
    } else {
      const now: ShareState = { share: line.to, rolledBack: line.kind === 'rollback' }
      stands.set(line.feature, now)
      const progress = rollouts.get(line.feature)
      if (progress === undefined || !isActive(progress) || line.who !== rolloutWho) continue
      if (line.kind === 'rollback') unsaid.set(line.feature, line)
      rollouts.set(line.feature, { ...progress, left: now })
    }
  }
  let state: RolloutState = { rollouts: [...rollouts.values()] }
  const actions: Action[] = []
  const end = (progress: Progress, phase: 'failed' | 'aborted', who: string, why: string, gate?: string): void => {
    const step = ended(state, progress, phase, { who, why }, date, gate)
    state = step.state
    actions.push(...step.actions)
  }
  for (const { feature, who, why } of unsaid.values()) end(rollouts.get(feature)!, 'failed', who, why, /^[\w-]+(?=: )/.exec(why)?.[0])
  for (const [feature, over] of orphans) {
    end(rollouts.get(feature)!, 'aborted', rolloutWho, `the rollout of ${over.feature} before it ${over.phase === 'failed' ? 'failed' : 'was aborted'}`)
  }
  return { state, actions }
}

function isOver ({ event }: RolloutEvent): boolean {
  return event === 'failed' || event === 'aborted'
}

/** @returns undefined for an event of a rollout that is not under way */
function take (before: Progress | undefined, event: RolloutEvent, left: ShareState): Progress | undefined {
  const { at, rollout, feature, who, why } = event
  if (event.event === 'queued') {
    return {
      rollout, feature, version: event.version, asked: { who, why }, phase: 'waiting', stages: event.stages!, stage: 0, left, movedAt: undefined, heldSince: undefined, startedAt: at, stageStartedAt: at, endedAt: undefined, requestsBefore: undefined, requests: 0, skip: undefined, results: [], detail: 'waits for its turn'
    }
  }
  if (before?.rollout !== rollout) return undefined
  const anew = { stage: event.stage, heldSince: undefined, skip: undefined, stageStartedAt: at, detail: 'goes on after a restart: the stage is held anew' }
  switch (event.event) {
    case 'started': return { ...before, ...anew, phase: 'running', left, startedAt: at }
    case 'stage': return { ...before, ...anew, phase: 'running' }
    case 'resumed': return { ...before, ...anew, phase: 'running', left }
    case 'skipped': return { ...before, skip: { who, why } }
    case 'paused': return { ...before, phase: 'paused', detail: who === rolloutWho ? why : `paused by ${who}${why === '' ? '' : `: ${why}`}` }
    case 'failed': case 'aborted': case 'completed':
      return { ...before, phase: event.event, stage: event.stage, endedAt: at, skip: undefined, results: event.results ?? [], detail: why }
  }
}

/**
 * What somebody else than the rollout did to its feature since the last event of it: a rollback, or else the newest change.
 */
export function byHandSince (lines: readonly JournalEntry[], { rollout, feature }: Pick<Progress, 'rollout' | 'feature'>): Change | undefined {
  let newest: Change | undefined
  for (let place = lines.length - 1; place >= 0; place--) {
    const line = lines[place]!
    if (line.kind === 'rollout') {
      if (line.rollout === rollout) break
      continue
    }
    if (line.feature !== feature || line.who === rolloutWho) continue
    if (line.kind === 'rollback') return line
    newest ??= line
  }
  return newest
}
