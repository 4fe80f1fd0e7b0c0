import type { Cause } from '../config/control.ts'
import { suggestion } from '../config/problem.ts'
import { formatShare } from '../config/units.ts'
import { fault } from '../errors.ts'
import type { FeaturePlan } from './plan.ts'
import type { ShareState } from './ports.ts'
import { eventOf, latestOf, type Progress, type RolloutState, type Step } from './state.ts'

/** What starting is about. */
export interface StartInput {
  /** In the order in which they are to move. */
  readonly plans: readonly FeaturePlan[]
  readonly version: string | undefined
  /** Whether a failure of this version, the cool-down and a share that is already above the first stage are passed over. */
  readonly override: boolean
  readonly cause: Cause
  readonly shares: ReadonlyMap<string, ShareState>
  readonly cooldownMs: number
  readonly date: Date
  /** Ids, one a plan. */
  readonly ids: readonly string[]
}

/**
 * Queues the rollouts of features. All are, or none.
 * @throws CUT_ROLLOUT_UNDER_WAY, CUT_ROLLOUT_FAILED_BEFORE, CUT_ROLLOUT_COOLING, CUT_ROLLOUT_SHARE
 */
export function start (state: RolloutState, input: StartInput): Step {
  const queued = input.plans.map((plan, place): Progress => {
    const left = input.shares.get(plan.feature)!
    refuse(state, plan, left, input)
    const at = input.date.toISOString()
    return {
      rollout: input.ids[place]!,
      feature: plan.feature,
      version: input.version,
      asked: input.cause,
      phase: 'waiting',
      stages: plan.stages,
      stage: 0,
      left,
      movedAt: undefined,
      heldSince: undefined,
      startedAt: at,
      stageStartedAt: at,
      endedAt: undefined,
      requestsBefore: undefined,
      requests: 0,
      skip: undefined,
      results: [],
      detail: 'waits for its turn'
    }
  })
  const names = queued.map(({ feature }) => feature)
  return {
    state: { rollouts: [...state.rollouts.filter(({ feature }) => !names.includes(feature)), ...queued] },
    actions: queued.map(progress => ({ kind: 'append', event: eventOf('queued', progress, input.cause, input.date), intent: true }))
  }
}

function refuse (state: RolloutState, { feature, stages }: FeaturePlan, { share }: ShareState, { version, override, cooldownMs, date }: StartInput): void {
  const before = latestOf(state, feature)
  if (before !== undefined && before.endedAt === undefined) throw fault('CUT_ROLLOUT_UNDER_WAY', feature, before.phase)
  if (override) return
  const restedAt = coolsUntil(before, cooldownMs)
  if (before?.phase === 'failed') {
    if (before.version === version) throw fault('CUT_ROLLOUT_FAILED_BEFORE', feature, version === undefined ? '' : ` of version ${version}`, before.detail)
    if (restedAt !== undefined && restedAt > date) throw fault('CUT_ROLLOUT_COOLING', feature, restedAt.toISOString())
  }
  if (share > stages[0]!) throw fault('CUT_ROLLOUT_SHARE', feature, formatShare(share), formatShare(stages[0]!), feature)
}

/** Until when a feature that was taken back is left alone; undefined where it was not. */
export function coolsUntil (progress: Progress | undefined, cooldownMs: number): Date | undefined {
  if (progress?.phase !== 'failed' || progress.endedAt === undefined) return undefined
  return new Date(Date.parse(progress.endedAt) + cooldownMs)
}

/**
 * The features that are meant: those named, or all that have not arrived yet.
 * @throws CUT_FEATURE_UNKNOWN, CUT_ROLLOUT_NOTHING
 */
export function meant (names: readonly string[] | undefined, plans: readonly FeaturePlan[], shares: ReadonlyMap<string, ShareState>): readonly FeaturePlan[] {
  checkNames(names ?? [], plans)
  const chosen = plans.filter(({ feature }) => names === undefined || names.includes(feature))
  const left = chosen.filter(({ feature, stages }) => (shares.get(feature)?.share ?? 0) < stages.at(-1)!)
  if (left.length === 0) throw fault('CUT_ROLLOUT_NOTHING', chosen.length === 0 ? 'there is no feature' : `${chosen.map(({ feature }) => feature).join(', ')} ${chosen.length === 1 ? 'is' : 'are'} there already`)
  return names === undefined ? left : chosen
}

/** @throws CUT_FEATURE_UNKNOWN */
export function checkNames (names: readonly string[], plans: readonly FeaturePlan[]): void {
  const known = plans.map(({ feature }) => feature)
  const unknown = names.find(name => !known.includes(name))
  if (unknown === undefined) return
  const near = suggestion(unknown, known)
  throw fault('CUT_FEATURE_UNKNOWN', unknown, near === undefined ? '' : ` Did you mean "${near}"?`, known.join(', ') || 'none')
}
