import assert from 'node:assert/strict'
import { test } from 'node:test'
import { betaBelow, studentQuantile } from '../../../src/bench/statistics/beta.ts'
import { ratioInterval } from '../../../src/bench/statistics/ratio-interval.ts'
import { median, pairedRatios, quantile, seeded } from '../../../src/bench/statistics/samples.ts'

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

test('luck that all rounds of a start share widens the interval', () => {
  const random = seeded(12)
  const starts = [0.9, 1.1, 0.95, 1.05].map(luck => Array.from({ length: 12 }, () => luck * Math.exp(0.005 * normal(random))))
  const apart = ratioInterval(starts, seeded(3))
  const pooled = ratioInterval([starts.flat()], seeded(3))
  assert.ok(apart.high - apart.low > 1.5 * (pooled.high - pooled.low), `${apart.high - apart.low} against ${pooled.high - pooled.low}`)
})

test('starts that agree by chance do not hide how far their rounds are apart', () => {
  const { low, high } = ratioInterval([[0.8, 1.25], [0.8, 1.25], [0.8, 1.25]], seeded(3))
  assert.ok(low < 0.75 && high > 1.3, `${low} to ${high}`)
})

test('a single start is judged by its rounds, a single round by nothing', () => {
  const { low, high } = ratioInterval([[0.99, 1, 1.01, 1]], seeded(3))
  assert.ok(low > 0.9 && high < 1.1)
  assert.deepEqual(ratioInterval([[2]], seeded(3)), { value: 2, low: 0, high: Infinity })
})

test('no ratios give no number', () => {
  assert.ok(Number.isNaN(ratioInterval([[]], seeded(1)).value))
})

test('the incomplete beta function mirrors itself', () => {
  for (const [x, a, b] of [[0.3, 2, 5], [0.9, 400, 30], [0.01, 1, 900]] as const) near(betaBelow(x, a, b), 1 - betaBelow(1 - x, b, a), 1e-12)
  near(betaBelow(0.5, 1, 1), 0.5, 1e-12)
})

test("Student's quantiles agree with published tables", () => {
  for (const [part, freedom, value] of [[0.975, 1, 12.7062], [0.975, 2, 4.30265], [0.975, 5, 2.57058], [0.975, 30, 2.04227], [0.95, 9, 1.83311], [0.5, 4, 0]] as const) {
    near(studentQuantile(part, freedom), value, 5e-5)
  }
})
