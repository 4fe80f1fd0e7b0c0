import type { Cause } from '../config/control.ts'
import { eventOf, withProgress, type Action, type Progress, type RolloutState, type Step } from './state.ts'

export type EndedPhase = 'failed' | 'aborted' | 'completed'

/**
 * Ends a rollout. Unless it has completed, those that wait behind it end too: what is riskier must not go before it.
 * @param gate the one that failed
 */
export function ended (state: RolloutState, progress: Progress, phase: EndedPhase, cause: Cause, date: Date, gate?: string): Step {
  const at = date.toISOString()
  const over: Progress = { ...progress, phase, endedAt: at, skip: undefined, detail: cause.why, ...(phase === 'completed' || progress.phase === 'waiting' ? {} : { left: { share: 0, rolledBack: true } }) }
  const event = eventOf(phase, progress, cause, date, gate === undefined ? {} : { gate })
  // Nothing is done on completing, so that it can wait for the disk; an end by rollback tells of what has happened.
  const actions: Action[] = [{ kind: 'append', event, intent: phase === 'completed' }]
  let after = withProgress(state, over)
  if (phase === 'completed' || progress.phase === 'waiting') return { state: after, actions }
  for (const waiting of state.rollouts.filter(each => each.phase === 'waiting' && each.rollout !== progress.rollout)) {
    const left: Cause = { who: cause.who, why: `the rollout of ${progress.feature} before it ${phase === 'failed' ? 'failed' : 'was aborted'}` }
    after = withProgress(after, { ...waiting, phase: 'aborted', endedAt: at, detail: left.why })
    actions.push({ kind: 'append', event: eventOf('aborted', waiting, left, date), intent: false })
  }
  return { state: after, actions }
}
