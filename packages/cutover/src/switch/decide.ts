import type { BackendName } from '../config/target.ts'
import { BUCKETS, bucketOf, onCandidate } from './bucket.ts'
import type { Decision, FeatureRuntime } from './feature.ts'

/**
 * Which backend gets a request of a feature, and why. The first that applies:
 * a forced backend, a pin, the share (by the sticky key's bucket, or a draw), the breaker.
 * Its parameters stand one by one because it runs for every request and allocates nothing.
 * @param key the request's sticky key; undefined when the feature has none or the request does not carry it
 * @param forced a backend that the request may and does force
 * @param safe whether its method is safe (RFC 9110, 9.2.1)
 * @param now milliseconds of a steady clock
 * @param draw uniform in [0, 1)
 */
export function decide (feature: FeatureRuntime, key: string | undefined, forced: BackendName | undefined, safe: boolean, now: number, draw: () => number): Decision {
  const { decisions } = feature
  if (forced !== undefined) return decisions[forced].forced
  if (feature.pins !== undefined && key !== undefined) {
    const pin = feature.pins.get(key)
    if (pin === 'legacy') return decisions.legacy.pinned
    if (pin === 'candidate' && !feature.rolledBack) return feature.breaker.allows(now, safe) ? decisions.candidate.pinned : decisions.legacy.breaker
  }
  return toCandidate(feature, key, draw)
    ? feature.breaker.allows(now, safe) ? decisions.candidate.share : decisions.legacy.breaker
    : decisions.legacy.share
}

function toCandidate ({ share, seed }: FeatureRuntime, key: string | undefined, draw: () => number): boolean {
  if (share === 0) return false
  if (share >= BUCKETS) return true
  return onCandidate(key === undefined ? Math.floor(draw() * BUCKETS) : bucketOf(seed, key), share)
}

/** Whether the sticky key can change the decision at all; reading it costs, so the others skip it. */
export function needsKey ({ share, pins, feature }: FeatureRuntime): boolean {
  return feature.stickyBy !== undefined && (pins !== undefined || (share > 0 && share < BUCKETS))
}
