import type { Interval } from '../result.ts'
import { studentQuantile } from './beta.ts'
import { deviation, mean, midmean } from './samples.ts'

const confidence = 0.95

/**
 * The typical ratio with its 95 % interval: geometric, the middle half of the rounds of each start of the processes, and
 * the mean over starts.
 *
 * Rounds within a start are not independent draws of what a backend is: a process keeps its luck (memory layout, what was
 * compiled when) for as long as it lives, and resampling few starts undercovers badly. So the interval is Student's over
 * the starts. Few starts may agree by chance: their spread is never taken for smaller than what the rounds within them
 * alone would make of it, which a bootstrap over rounds (Efron, 1979) tells. With a single start only rounds are left to
 * judge by, and the luck of its processes is not in the interval.
 * @param groups ratios of rounds, by start; at least one
 * @param random numbers in [0, 1)
 * @returns NaN where nothing was measured, and ends of 0 and Infinity where there is too little to tell
 */
export function ratioInterval (groups: ReadonlyArray<readonly number[]>, random: () => number, draws = 1000): Interval {
  const logs = groups.map(group => Float64Array.from(group, Math.log).filter(Number.isFinite)).filter(group => group.length > 0)
  if (logs.length === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN }
  const starts = logs.map(midmean)
  const value = mean(starts)
  const within = errorWithin(logs, random, draws)
  const between = deviation(starts) / Math.sqrt(starts.length)
  const freedom = starts.length > 1 ? starts.length - 1 : logs[0]!.length - 1
  const error = Math.max(Number.isNaN(within) ? 0 : within, Number.isNaN(between) ? 0 : between)
  const half = freedom < 1 ? Infinity : studentQuantile((1 + confidence) / 2, freedom) * error
  return { value: Math.exp(value), low: Math.exp(value - half), high: Math.exp(value + half) }
}

/** The standard error of the mean over starts that rounds within them make. NaN when no start has two rounds. */
function errorWithin (logs: readonly Float64Array[], random: () => number, draws: number): number {
  const groups = logs.filter(group => group.length > 1)
  if (groups.length === 0) return Number.NaN
  const variances = groups.map(group => {
    const drawn = new Float64Array(group.length)
    const means = Float64Array.from({ length: draws }, () => {
      for (let place = 0; place < drawn.length; place++) drawn[place] = group[Math.floor(random() * group.length)]!
      return midmean(drawn)
    })
    // Draws from n samples vary less than the samples do, by (n - 1) / n.
    return deviation(means) ** 2 * group.length / (group.length - 1)
  })
  return Math.sqrt(mean(variances) / logs.length)
}
