import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clopperPearson } from '../../benchmarks/harness/statistics.ts'

function near (actual: number, expected: number, tolerance = 5e-5): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`)
}

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

function binomialUpTo (most: number, trials: number, chance: number): number {
  let term = Math.exp(trials * Math.log1p(-chance))
  let sum = term
  for (let k = 1; k <= most; k++) {
    term *= (trials - k + 1) / k * chance / (1 - chance)
    sum += term
  }
  return sum
}
