import { betaQuantile } from '../../src/bench/statistics/beta.ts'
import type { Interval } from '../../src/bench/result.ts'

export type { Interval } from '../../src/bench/result.ts'
export { ratioInterval } from '../../src/bench/statistics/ratio-interval.ts'
export { mean, median, midmean, pairedRatios, quantile, seeded } from '../../src/bench/statistics/samples.ts'

/**
 * The exact interval of a probability after some successes (Clopper and Pearson, 1934).
 * @param successes how many of the trials
 * @param trials at least 1
 * @param confidence such as 0.999, split evenly over both ends
 */
export function clopperPearson (successes: number, trials: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2
  return {
    value: successes / trials,
    low: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    high: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes)
  }
}
