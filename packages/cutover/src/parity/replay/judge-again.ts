import { comparePair } from './compare-pair.ts'
import { stillShows, type ReplayWorld } from './exchange-trial.ts'
import { pathOf } from './endpoint.ts'
import type { Gathered } from './gathered.ts'

/**
 * Takes away what only looked like a difference until noise was learned, and what legacy and its twin differ in too.
 */
export function judgeAgain (gathered: Gathered, { context, plans, pairing }: Pick<ReplayWorld, 'context' | 'plans' | 'pairing'>): void {
  for (const [cause, found] of gathered.found) {
    if (found.kind !== 'answer') continue
    const { endpoint, samples } = found
    const difference = samples[0]?.difference
    const noise = Object.hasOwn(context.noise, endpoint) ? context.noise[endpoint]! : undefined
    const isUnstable = noise?.unstable.some(one => one.kind === difference?.kind && one.pattern === difference.pattern) === true
    const left = samples.filter(({ exchanges }) => {
      if (isUnstable) return false
      if (exchanges === undefined || context.sides.twin === undefined) return true
      const { legacy, candidate } = exchanges
      const { method, target } = legacy.request
      const plan = plans.of({ method, path: pathOf(target), name: endpoint }, context.noise)
      const comparison = comparePair(legacy, candidate, { plan, pairing })
      return stillShows(comparison, endpoint, cause)
    })
    if (left.length === 0) {
      gathered.found.delete(cause)
      gathered.unstable += isUnstable ? 1 : 0
    } else found.samples.splice(0, found.samples.length, ...left)
  }
}
