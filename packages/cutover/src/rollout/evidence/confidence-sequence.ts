import type { Batch } from './batch.ts'
import { logMixture } from './log-space.ts'

// The upper end of a confidence sequence for a rate: the largest bound that a bettor against "the rate is at least the
// bound" has not yet beaten. Confidence sequences: Darling & Robbins, PNAS 58 (1967); by mixtures: Robbins, Annals of
// Mathematical Statistics 41 (1970); by betting: Waudby-Smith & Ramdas, JRSS B 86 (2024).

/** How strongly the capital is put on rates near 0: the part that is on rates up to r times the bound is r to this power. */
const steepness = 0.06
const finest = 24

/** Rates, as parts of the bound, from none at all to just under it, with the capital on each. */
const alternatives = spread()
const weights = alternatives.map(([, weight]) => weight)

/** ln of the e-value against "the rate is at least a bound", which grows with the bound. */
export function belowLogE ({ trials, events }: Batch, bound: number): number {
  if (bound >= 1) return trials === events ? 0 : Infinity
  return logMixture(weights, alternatives.map(([part]) =>
    (events === 0 ? 0 : events * Math.log(part)) + (trials - events) * (Math.log1p(-part * bound) - Math.log1p(-bound))))
}

/**
 * What the rate is under. For any one bound b, chosen beforehand: the probability that this is ever less than b while the
 * average rate so far is b or more is at most 1 - confidence, however often one looks.
 * @param confidence 0.5 to less than 1
 * @returns 1 without trials
 */
export function upperBound (seen: Batch, confidence: number): number {
  const wanted = -Math.log(1 - confidence)
  let low = seen.trials === 0 ? 1 : seen.events / seen.trials
  let high = 1
  for (let step = 0; step < 60 && high - low > 1e-6 * high; step++) {
    const middle = (low + high) / 2
    if (belowLogE(seen, middle) < wanted) low = middle
    else high = middle
  }
  return high
}

/** Whether the rate is shown to be under a bound: as {@link upperBound}, without looking for it. */
export function isUnder (seen: Batch, bound: number, confidence: number): boolean {
  return seen.trials > 0 && belowLogE(seen, bound) >= -Math.log(1 - confidence)
}

function spread (): ReadonlyArray<readonly [part: number, weight: number]> {
  const parts = Array.from({ length: finest }, (_, place) => 0.95 * 0.62 ** place)
  const upTo = (part: number): number => part ** steepness
  return [
    [0, upTo(parts.at(-1)!)],
    ...parts.slice(0, -1).map((part, place) => [part, (place === 0 ? 1 : upTo(part)) - upTo(parts[place + 1]!)] as const)
  ]
}
