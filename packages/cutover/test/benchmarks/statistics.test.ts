import assert from 'node:assert/strict'
import { test } from 'node:test'
import { betaBelow, clopperPearson, median, pairedRatios, quantile, ratioInterval, seeded } from '../../benchmarks/harness/statistics.ts'

function normal (random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function near (actual: number, expected: number, tolerance = 5e-5): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`)
}

test('the seeded generator repeats itself and is uniform', () => {
  const random = seeded(7)
  const first = Array.from({ length: 10_000 }, random)
  const again = seeded(7)
  assert.deepEqual(first, Array.from({ length: 10_000 }, again))
  near(first.reduce((sum, x) => sum + x) / first.length, 0.5, 0.01)
  assert.ok(first.every(x => x >= 0 && x < 1))
})

test('quantiles interpolate between samples and do not depend on their order', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 3, 2]), 2.5)
  near(quantile([10, 20, 30, 40, 50], 0.95), 48)
  assert.ok(Number.isNaN(median([])))
})

test('ratios are taken within a round, so that a drift shared by both cancels', () => {
  assert.deepEqual(pairedRatios([2, 4, 8], [1, 2, 4]), [2, 2, 2])
  const { value, low, high } = ratioInterval([pairedRatios([2, 4, 8], [1, 2, 4])], seeded(1))
  near(value, 2)
  near(low, 2)
  near(high, 2)
})

test('rounds that cannot be paired are refused', () => {
  assert.throws(() => pairedRatios([1, 2], [1]), /cannot be paired/)
})

test('the mean of ratios is geometric: twice as fast and half as fast make no difference', () => {
  near(ratioInterval([[2, 0.5]], seeded(1)).value, 1)
})

test('one disturbed round among many does not move the ratio', () => {
  const calm = [0.98, 0.99, 1, 1.01, 1.02, 1, 1, 1]
  near(ratioInterval([[...calm, 0.2]], seeded(1)).value, 1, 0.005)
})

test('every start counts alike, however many rounds it has', () => {
  near(ratioInterval([[2, 2, 2, 2, 2], [0.5]], seeded(1)).value, 1)
})

test('the bootstrap interval covers the truth about 95 times in 100', () => {
  const random = seeded(11)
  let covered = 0
  const runs = 400
  for (let run = 0; run < runs; run++) {
    const ratios = Array.from({ length: 24 }, () => Math.exp(Math.log(0.97) + 0.03 * normal(random)))
    const { low, high } = ratioInterval([ratios], random, 600)
    if (low <= 0.97 && high >= 0.97) covered++
  }
  // A percentile bootstrap over 24 rounds is a little short of its nominal coverage.
  assert.ok(covered / runs > 0.9 && covered / runs < 0.985, `covered ${covered} of ${runs}`)
})

test('luck that all rounds of a start share widens the interval', () => {
  const random = seeded(12)
  const starts = [0.9, 1.1, 0.95, 1.05].map(luck => Array.from({ length: 12 }, () => luck * Math.exp(0.005 * normal(random))))
  const apart = ratioInterval(starts, seeded(3))
  const pooled = ratioInterval([starts.flat()], seeded(3))
  assert.ok(apart.high - apart.low > 1.5 * (pooled.high - pooled.low), `${apart.high - apart.low} against ${pooled.high - pooled.low}`)
})

test('no ratios give no number', () => {
  assert.ok(Number.isNaN(ratioInterval([[]], seeded(1)).value))
})

test('Clopper-Pearson intervals agree with published values', () => {
  // R: binom.test(x, n, conf.level = c)$conf.int
  for (const [successes, trials, confidence, low, high] of [
    [0, 10, 0.95, 0, 0.30850],
    [10, 10, 0.95, 0.69150, 1],
    [1, 10, 0.95, 0.0025286, 0.4450161],
    [5, 10, 0.95, 0.1870860, 0.8129140],
    [81, 263, 0.95, 0.2527, 0.3676]
  ] as const) {
    const interval = clopperPearson(successes, trials, confidence)
    near(interval.low, low, 6e-5)
    near(interval.high, high, 6e-5)
  }
})

test('Clopper-Pearson ends are where the binomial tail equals half of what is left', () => {
  const { low, high } = clopperPearson(37, 20_000, 0.999)
  // P(X >= 37 | low) and P(X <= 37 | high), summed from the definition.
  near(1 - binomialUpTo(36, 20_000, low), 0.0005, 1e-7)
  near(binomialUpTo(37, 20_000, high), 0.0005, 1e-7)
})

test('the incomplete beta function mirrors itself', () => {
  for (const [x, a, b] of [[0.3, 2, 5], [0.9, 400, 30], [0.01, 1, 900]] as const) near(betaBelow(x, a, b), 1 - betaBelow(1 - x, b, a), 1e-12)
  near(betaBelow(0.5, 1, 1), 0.5, 1e-12)
})

function binomialUpTo (most: number, trials: number, chance: number): number {
  let term = Math.exp(trials * Math.log1p(-chance))
  let sum = term
  for (let k = 1; k <= most; k++) {
    term *= (trials - k + 1) / k * chance / (1 - chance)
    sum += term
  }
  return sum
}
