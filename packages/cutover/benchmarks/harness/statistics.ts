/** An estimate with the ends of its interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

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

export function median (samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

export function mean (samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length
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

/**
 * The mean of the middle half of some samples: one round in which another program took the machine
 * away changes it little, and it wastes less of the others than a median does.
 */
export function midmean (samples: ArrayLike<number>): number {
  const sorted = Float64Array.from(samples).sort()
  const cut = Math.floor(sorted.length / 4)
  let sum = 0
  for (let place = cut; place < sorted.length - cut; place++) sum += sorted[place]!
  return sum / (sorted.length - 2 * cut)
}

/**
 * The typical ratio with its 95 % bootstrap interval: geometric, the middle half of the rounds of each
 * start of the servers, and the mean over starts. Starts are drawn first and rounds within them, so
 * that luck of one process (memory layout, what was compiled when) widens the interval as it should.
 * @param groups ratios of rounds, by start of the servers; at least one
 * @param random numbers in [0, 1)
 */
export function ratioInterval (groups: ReadonlyArray<readonly number[]>, random: () => number, draws = 4000): Interval {
  const logs = groups.filter(group => group.length > 0).map(group => Float64Array.from(group, Math.log))
  if (logs.length === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN }
  const means = new Float64Array(draws)
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0
    for (let pick = 0; pick < logs.length; pick++) {
      const group = logs[logs.length === 1 ? 0 : Math.floor(random() * logs.length)]!
      sum += midmean(group.map(() => group[Math.floor(random() * group.length)]!))
    }
    means[draw] = sum / logs.length
  }
  means.sort()
  return {
    value: Math.exp(mean(logs.map(midmean))),
    low: Math.exp(means[Math.floor(draws * 0.025)]!),
    high: Math.exp(means[Math.ceil(draws * 0.975) - 1]!)
  }
}

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

function betaQuantile (part: number, a: number, b: number): number {
  let low = 0
  let high = 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (betaBelow(middle, a, b) < part) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22, Lentz's method). */
export function betaBelow (x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
}

function fraction (x: number, a: number, b: number): number {
  const tiny = 1e-300
  let c = 1
  let d = 1 / nonZero(1 - (a + b) * x / (a + 1), tiny)
  let result = d
  for (let m = 1; m < 10_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d, tiny)
    c = nonZero(1 + even / c, tiny)
    result *= d * c
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d, tiny)
    c = nonZero(1 + odd / c, tiny)
    result *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return result
}

function nonZero (value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/** The logarithm of the gamma function for positive arguments (Lanczos' approximation, g = 7). */
function logGamma (x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7
  ]
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const base = x - 1
  const sum = coefficients.reduce((total, coefficient, place) => total + coefficient / (base + place + 1), 0.9999999999998099)
  const shifted = base + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (base + 0.5) * Math.log(shifted) - shifted + Math.log(sum)
}
