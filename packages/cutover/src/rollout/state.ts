import type { Cause, GateResult, RolloutEvent, RolloutEventName } from '../config/control.ts'
import type { RolloutPhase } from '../config/admin-api.ts'
import type { BasisPoints } from '../config/target.ts'
import type { ShareState } from './ports.ts'

/** Who changes shares for a rollout, in the journal. Everybody else's change is one by hand. */
export const rolloutWho = 'rollout'

/** The rollout of one feature: plain data, all that `step` decides on. */
export interface Progress {
  readonly rollout: string
  readonly feature: string
  readonly version: string | undefined
  /** Who asked for it, and why. */
  readonly asked: Cause
  readonly phase: RolloutPhase
  readonly stages: readonly BasisPoints[]
  /** From 0. */
  readonly stage: number
  /** Where the rollout last left the feature. Where it stands elsewhere, it was moved by hand. */
  readonly left: ShareState
  /** When it was first seen to stand elsewhere while the journal did not say by whom, milliseconds of the controller's clock. */
  readonly movedAt: number | undefined
  /** Since when the stage's share has been in effect, milliseconds of the controller's clock; undefined until it is. */
  readonly heldSince: number | undefined
  /** ISO 8601. */
  readonly startedAt: string
  readonly stageStartedAt: string
  /** When it failed, was aborted or completed. */
  readonly endedAt: string | undefined
  /** The candidate's requests in all when the stage began. */
  readonly requestsBefore: number | undefined
  readonly requests: number
  /** Somebody said to go on without waiting. */
  readonly skip: Cause | undefined
  readonly results: readonly GateResult[]
  /** Why it stands as it does. */
  readonly detail: string
}

/** All rollouts: the newest of each feature, in the order in which they were asked for. At most one is running or paused. */
export interface RolloutState {
  readonly rollouts: readonly Progress[]
}

/** What is to be done, in this order. */
export type Action =
  /**
   * Appends an event to the journal. One that is an intent comes before what it tells of: when it cannot be written,
   * nothing of the step happens. Another tells of what has happened, and is written as soon as it can be.
   */
  | { readonly kind: 'append', readonly event: RolloutEvent, readonly intent: boolean }
  | { readonly kind: 'share', readonly rollout: string, readonly feature: string, readonly to: BasisPoints, readonly expected: ShareState, readonly cause: Cause }
  | { readonly kind: 'rollback', readonly feature: string, readonly cause: Cause }

export interface Step {
  readonly state: RolloutState
  readonly actions: readonly Action[]
}

export const noRollouts: RolloutState = { rollouts: [] }

export function isActive ({ phase }: Progress): boolean {
  return phase === 'running' || phase === 'paused'
}

/** The one that is running or paused. */
export function activeOf ({ rollouts }: RolloutState): Progress | undefined {
  return rollouts.find(isActive)
}

export function latestOf ({ rollouts }: RolloutState, feature: string): Progress | undefined {
  return rollouts.find(each => each.feature === feature)
}

/** The state with this rollout changed. */
export function withProgress ({ rollouts }: RolloutState, changed: Progress): RolloutState {
  return { rollouts: rollouts.map(each => each.rollout === changed.rollout ? changed : each) }
}

/** The event that tells of a rollout as it now stands. */
export function eventOf (name: RolloutEventName, progress: Progress, { who, why }: Cause, date: Date, more: Partial<RolloutEvent> = {}): RolloutEvent {
  const { rollout, feature, stage, stages, version, results, left } = progress
  return {
    at: date.toISOString(),
    kind: 'rollout',
    event: name,
    rollout,
    feature,
    stage,
    share: left.share,
    ...(name === 'queued' ? { stages } : {}),
    ...(version === undefined ? {} : { version }),
    ...(results.length === 0 ? {} : { results }),
    who,
    why,
    ...more
  }
}
