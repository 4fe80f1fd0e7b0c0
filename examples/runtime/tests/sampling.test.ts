import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { binomialInterval } from '../sampling.ts'

describe('the binomial interval', () => {
  test('of a small number is that of the table', () => {
    // P(X ≤ 1) = 11/1024 = 0.0107, P(X ≤ 2) = 56/1024 = 0.0547 for ten fair coins.
    assert.deepEqual(binomialInterval(10, 0.5, 0.95), { least: 2, most: 8 })
    assert.deepEqual(binomialInterval(10, 0.5, 0.999), { least: 0, most: 10 })
  })

  test('of nothing and of all is certain', () => {
    assert.deepEqual(binomialInterval(100, 0, 0.999), { least: 0, most: 0 })
    assert.deepEqual(binomialInterval(100, 1, 0.999), { least: 100, most: 100 })
  })

  test('of a large number is about 3.29 deviations to each side', () => {
    const { least, most } = binomialInterval(100_000, 0.5, 0.999)
    const deviation = Math.sqrt(100_000 * 0.25)
    assert.ok(Math.abs(50_000 - least - 3.29 * deviation) < 2, String(least))
    assert.ok(Math.abs(most - 50_000 - 3.29 * deviation) < 2, String(most))
  })

  test('leaves out what a biased split gives', () => {
    const { most } = binomialInterval(1500, 0.5, 0.999)
    assert.ok(1500 * 0.6 > most)
  })
})
