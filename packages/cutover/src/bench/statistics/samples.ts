/**
 * A seeded generator of numbers in [0, 1), mulberry32: the same seed gives the same numbers.
 * @param seed any integer
 */
export function seeded (seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The value below which a part of the samples lies, by linear interpolation. NaN without samples. */
export function quantile (samples: readonly number[], part: number): number {
  if (samples.length === 0) return Number.NaN
  const sorted = Float64Array.from(samples).sort()
  const place = part * (sorted.length - 1)
  const below = sorted[Math.floor(place)]!
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place))
}

/** The middle one of the samples. NaN without samples. */
export function median (samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

/** NaN without samples. */
export function mean (samples: ArrayLike<number>): number {
  let sum = 0
  for (let place = 0; place < samples.length; place++) sum += samples[place]!
  return sum / samples.length
}

/**
 * The mean of the middle half of some samples: one round in which another program took the machine
 * away changes it little, and it wastes less of the others than a median does.
 */
export function midmean (samples: ArrayLike<number>): number {
  const sorted = Float64Array.from(samples).sort()
  const cut = Math.floor(sorted.length / 4)
  return mean(sorted.subarray(cut, sorted.length - cut))
}

/** The standard deviation that some samples tell of where they come from (n − 1). NaN with fewer than two. */
export function deviation (samples: ArrayLike<number>): number {
  if (samples.length < 2) return Number.NaN
  const middle = mean(samples)
  let sum = 0
  for (let place = 0; place < samples.length; place++) sum += (samples[place]! - middle) ** 2
  return Math.sqrt(sum / (samples.length - 1))
}

/**
 * Ratios of neighbours: each block of ours over the block of theirs in the same round. What drifts
 * slower than a round (clock speed, other tenants) cancels.
 * @throws when the two do not have the same number of rounds
 */
export function pairedRatios (ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds cannot be paired with ${theirs.length}`)
  return ours.map((value, round) => value / theirs[round]!)
}
