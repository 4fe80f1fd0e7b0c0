import type { RolloutSettings } from '../config/rollout-settings.ts'
import type { Settings } from '../config/settings.ts'
import type { BasisPoints } from '../config/target.ts'

/** How one feature is to move. */
export interface FeaturePlan {
  readonly feature: string
  readonly risk: 'low' | 'medium' | 'high'
  /** The shares to hold one after another, rising. */
  readonly stages: readonly BasisPoints[]
  readonly holdMs: number
  readonly minimumRequests: number
  /** The names of the gates that must pass in each stage. */
  readonly gates: readonly string[]
}

/**
 * The plan of a rollout: its features in the order in which they move, one after another, low risk first unless
 * `rollout.order` says otherwise.
 * @param features which; all when left out. A name that is no feature's is passed over
 */
export function plan ({ rollout, features: known }: Pick<Settings, 'rollout' | 'features'>, features?: readonly string[]): readonly FeaturePlan[] {
  return inOrder(rollout, features ?? rollout.order).flatMap(name => {
    const feature = known.find(each => each.name === name)
    if (feature === undefined) return []
    const { stages, holdMs, minimumRequests, gates } = rollout
    return [{ feature: name, risk: feature.risk, stages, holdMs, minimumRequests, gates: gates.map(gate => gate.name) }]
  })
}

function inOrder ({ order }: RolloutSettings, features: readonly string[]): readonly string[] {
  return order.filter(name => features.includes(name))
}
