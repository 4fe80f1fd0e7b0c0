import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '../../../benchmarks/harness/statistics.ts'
import { observeRate, openRate, rateLogE, type RateEvidence } from '../../../src/rollout/evidence/rate-e-process.ts'
import { worstExpectation } from './worst-case.ts'

const bounds = fc.double({ min: 0, max: 0.9, noNaN: true })
const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 7 })
const value = (evidence: RateEvidence): number => Math.exp(rateLogE(evidence))

test('no choice of rates up to the bound and of when to stop brings the expectation over 1', () => {
  fc.assert(fc.property(bounds, sizes, (bound, batches) => {
    const worst = worstExpectation(openRate(), batches, [0, bound / 2, bound], (evidence, batch) => observeRate(evidence, batch, bound), value)
    assert.ok(worst <= 1 + 1e-9, `${worst}`)
  }), { numRuns: 60 })
})

test('the law is no matter of course: a rate over the bound breaks it', () => {
  const worst = worstExpectation(openRate(), [2, 2, 2, 2], [0.2], (evidence, batch) => observeRate(evidence, batch, 0.1), value)
  assert.ok(worst > 1.05, `${worst}`)
})

test('a bound that changes from batch to batch keeps the law', () => {
  const step = (evidence: RateEvidence, batch: { trials: number, events: number }) => observeRate(evidence, batch, evidence.events > 0 ? 0.1 : 0.05)
  assert.ok(worstExpectation(openRate(), [1, 2, 3, 1, 2], [0, 0.05], step, value) <= 1 + 1e-9)
})

test('a limit to what one batch may count for keeps the law, and the batch from alarming alone', () => {
  const step = (evidence: RateEvidence, batch: { trials: number, events: number }) => observeRate(evidence, batch, 0.05, 1)
  assert.ok(worstExpectation(openRate(), [3, 2, 3, 1], [0, 0.05], step, value) <= 1 + 1e-9)
  assert.ok(value(step(openRate(), { trials: 1_000, events: 1_000 })) <= Math.E)
})

test('order inside a batch does not matter, and an empty batch changes nothing', () => {
  const once = observeRate(openRate(), { trials: 100, events: 3 }, 0.01)
  assert.deepEqual(observeRate(once, { trials: 0, events: 0 }, 0.01), once)
  assert.equal(once.events, 3)
  assert.equal(once.trials, 100)
})

test('failures beyond the bound are found within the requests that a person would expect', () => {
  for (const [rate, most] of [[0.01, 700], [0.05, 90], [0.2, 22]] as const) assert.ok(medianUntil(rate, 0) <= most, `${rate}`)
})

test('a candidate that goes bad after 50 000 good requests is found nearly as soon', () => {
  for (const [rate, most] of [[0.05, 200], [0.2, 40], [1, 6]] as const) assert.ok(medianUntil(rate, 50_000) <= most, `${rate}`)
})

test('with a bound of 0 a few failures are an alarm, however many requests went well', () => {
  const good = observeRate(openRate(), { trials: 1_000_000, events: 0 }, 0)
  assert.ok(rateLogE(good) < 1e-6)
  assert.ok(rateLogE(observeRate(good, { trials: 1_000, events: 3 }, 0)) > Math.log(1e5))
})

test('evidence is finite and plain, whatever was seen', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(fc.tuple(fc.nat(1_000_000), fc.nat(1_000_000)), { maxLength: 20 }), (bound, batches) => {
    let evidence = openRate()
    for (const [good, bad] of batches) evidence = observeRate(evidence, { trials: good + bad, events: bad }, bound)
    assert.ok(Number.isFinite(rateLogE(evidence)))
    assert.deepEqual(JSON.parse(JSON.stringify(evidence)), evidence)
  }))
})

/** Median over 101 runs of how many requests at a rate it takes to reach 225 at a bound of 0.1 %. */
function medianUntil (rate: number, goodBefore: number): number {
  const random = seeded(7)
  const runs = Array.from({ length: 101 }, () => {
    let evidence = observeRate(openRate(), { trials: goodBefore, events: 0 }, 0.001)
    let count = 0
    while (rateLogE(evidence) < Math.log(225) && count < 5_000) {
      count++
      evidence = observeRate(evidence, { trials: 1, events: random() < rate ? 1 : 0 }, 0.001)
    }
    return count
  })
  return runs.sort((a, b) => a - b)[50]!
}
