import type { FeatureRollout } from '../config/admin-api.ts'
import { coolsUntil } from './start.ts'
import { activeOf, type Progress, type RolloutState } from './state.ts'
import type { RolloutSample } from './sample.ts'

/** A rollout as the admin API tells of it. */
export function featureRollout (state: RolloutState, progress: Progress, { holdMs, minimumRequests, cooldownMs }: { readonly holdMs: number, readonly minimumRequests: number, readonly cooldownMs: number }, now: number): FeatureRollout {
  const { rollout, feature, phase, stage, stages, version, startedAt, stageStartedAt, heldSince, requests, results } = progress
  const cools = coolsUntil(progress, cooldownMs)
  const active = activeOf(state)
  return {
    rollout,
    feature,
    phase,
    stage,
    stages,
    ...(version === undefined ? {} : { version }),
    startedAt,
    stageStartedAt,
    holdMs: phase === 'running' ? Math.max(0, Math.round(heldSince === undefined ? holdMs : holdMs - (now - heldSince))) : 0,
    requests,
    minimumRequests,
    gates: results,
    detail: phase === 'waiting' && active !== undefined ? `waits until ${active.feature} has completed` : progress.detail,
    ...(cools === undefined ? {} : { coolsUntil: cools.toISOString() })
  }
}

/** What is kept of a rollout's evidence at this moment. */
export function sampleOf ({ phase, stage, left, requests, results }: Progress, date: Date): RolloutSample {
  return { at: date.toISOString(), phase, stage, share: left.share, requests, gates: results.map(({ reason, ...result }) => result) }
}
