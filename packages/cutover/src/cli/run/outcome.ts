import type { FeatureRollout } from '../../config/admin-api.ts'
import type { RolloutEvent } from '../../config/control.ts'
import { exitCodeOf, type ExitCode } from '../exit-code.ts'
import type { LoadTally } from './load/protocol.ts'

export type StageName = 'verify' | 'bench' | 'rollout' | 'report'

/** How one stage of a run went. `no`: it found something against going on; `broken`: it could not be run to its end. */
export interface StageOutcome {
  readonly stage: StageName
  readonly state: 'yes' | 'no' | 'broken' | 'interrupted' | 'skipped' | 'not reached'
  readonly seconds: number
  /** One line for a person. */
  readonly why: string
  /** The same in a few words, where it is long. */
  readonly brief?: string
  /** The code of what broke it. */
  readonly code?: string
}

/** What the rollouts of a run came to. */
export interface RolloutOutcome {
  readonly rollouts: readonly FeatureRollout[]
  readonly events: readonly RolloutEvent[]
  /** What the clients saw, where this run sent the requests. */
  readonly clients: LoadTally | undefined
}

/** A whole run: what `--json` prints, and what is kept beside its report. */
export interface RunOutcome {
  /** Whether every feature that was meant is at its last stage. */
  readonly done: boolean
  readonly exit: ExitCode
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly seconds: number
  /** One line for a person: what it came to, and why it ended where it did. */
  readonly why: string
  readonly stages: readonly StageOutcome[]
  readonly rollout: RolloutOutcome | undefined
  /** The files of the report. */
  readonly report: { readonly html: string, readonly markdown: string, readonly json: string } | undefined
}

/** The exit code of a run: what could not be run is worse than what was answered with no. */
export function exitOf (stages: readonly StageOutcome[]): ExitCode {
  const states = stages.map(({ state }) => state)
  // A mistake of the user's, whatever stage met it first.
  if (stages.some(({ state, code }) => state === 'broken' && exitCodeOf({ code }) === 2)) return 2
  if (states.includes('broken') || states.includes('interrupted')) return 3
  return states.includes('no') ? 1 : 0
}

/** What a run came to, in one line. */
export function summaryOf (stages: readonly StageOutcome[], rollouts: readonly FeatureRollout[]): string {
  const stopped = stages.find(({ state }) => state === 'no' || state === 'broken' || state === 'interrupted')
  if (stopped !== undefined) return `${stopped.stage}: ${stopped.brief ?? stopped.why.split('\n', 1)[0]!}`
  const names = rollouts.map(({ feature }) => feature)
  if (names.length > 0) return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} at ${rollouts[0]!.stages.at(-1)! / 100}%`
  return stages.find(({ stage }) => stage === 'rollout')?.why ?? ''
}
