import type { GateResult } from '../config/control.ts'
import type { RolloutPhase } from '../config/admin-api.ts'
import type { BasisPoints } from '../config/target.ts'

/**
 * One line of `<stateDir>/rollouts/<rollout id>.ndjson`: the evidence of a rollout at one moment. There is at most about
 * one a second; a long rollout is thinned out, its oldest lines as much as its newest. A line that cannot be read
 * (a crash cut it short) is to be passed over.
 */
export interface RolloutSample {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly phase: RolloutPhase
  /** From 0. */
  readonly stage: number
  /** In effect at this moment. */
  readonly share: BasisPoints
  /** Requests that the candidate had in this stage. */
  readonly requests: number
  /** What every gate said: verdict, value, bound, upper, evidence, alarmAt, samples. */
  readonly gates: ReadonlyArray<Omit<GateResult, 'reason'>>
}
