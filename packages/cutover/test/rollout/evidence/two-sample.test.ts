import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '../../../benchmarks/harness/statistics.ts'
import { aboveLogE, belowLogE, observeAlone, observePair, openTwoSample, type TwoSample } from '../../../src/rollout/evidence/two-sample.ts'
import { probability } from './worst-case.ts'

const some = fc.integer({ min: 1, max: 3 })
const rates = fc.double({ min: 0, max: 1, noNaN: true })
const tick = fc.record({ candidate: some, legacy: some, rate: rates })
const ticks = fc.array(tick, { minLength: 1, maxLength: 3 })
const factors = fc.constantFrom(0.5, 1, 1.2, 3)

/** The expectation after ticks in which legacy's rate is as given, and the candidate's so many times that, up to 1. */
function expectation (evidence: TwoSample, batches: ReadonlyArray<{ candidate: number, legacy: number, rate: number }>, factor: number, ratio: number, log: (evidence: TwoSample) => number): number {
  const [batch, ...rest] = batches
  if (batch === undefined) return Math.exp(log(evidence))
  const theirs = Math.min(batch.rate, 1 / ratio)
  let sum = 0
  for (let ours = 0; ours <= batch.candidate; ours++) {
    for (let other = 0; other <= batch.legacy; other++) {
      const chance = probability(ours, batch.candidate, Math.min(1, ratio * theirs)) * probability(other, batch.legacy, theirs)
      if (chance === 0) continue
      const next = observePair(evidence, { candidate: { trials: batch.candidate, events: ours }, legacy: { trials: batch.legacy, events: other } }, factor)
      sum += chance * expectation(next, rest, factor, ratio, log)
    }
  }
  return sum
}

test('up to the factor, the evidence that it is over it has an expectation of at most 1, at any rates and sizes', () => {
  fc.assert(fc.property(ticks, factors, fc.constantFrom(0.3, 0.9, 1), (batches, factor, part) => {
    assert.ok(expectation(openTwoSample(), batches, factor, factor * part, aboveLogE) <= 1 + 1e-9)
  }))
})

test('from the factor on, the evidence that it is under it has an expectation of at most 1', () => {
  fc.assert(fc.property(ticks, factors, fc.constantFrom(1, 1.3, 4), (batches, factor, part) => {
    assert.ok(expectation(openTwoSample(), batches, factor, factor * part, belowLogE) <= 1 + 1e-9)
  }))
})

test('ticks in which one side had nothing are joined with the next, without harm to the law as long as the rates stay', () => {
  const sizes = fc.array(fc.record({ candidate: fc.nat(2), legacy: fc.nat(2) }), { minLength: 1, maxLength: 4 })
  fc.assert(fc.property(sizes, rates, factors, (batches, rate, factor) => {
    const ticks = batches.map(batch => ({ ...batch, rate }))
    assert.ok(expectation(openTwoSample(), ticks, factor, factor, aboveLogE) <= 1 + 1e-9)
    assert.ok(expectation(openTwoSample(), ticks, factor, factor, belowLogE) <= 1 + 1e-9)
  }))
})

test('the law is no matter of course: a ratio over the factor breaks it', () => {
  const batches = Array.from({ length: 3 }, () => ({ candidate: 3, legacy: 3, rate: 0.2 }))
  assert.ok(expectation(openTwoSample(), batches, 1, 4, aboveLogE) > 1.05)
  assert.ok(expectation(openTwoSample(), batches, 1, 0.1, belowLogE) > 1.05)
})

test('what is worse for both sides at once is held against neither', () => {
  let evidence = openTwoSample()
  for (let at = 0; at < 200; at++) {
    const bad = at % 20 < 10 ? 40 : 0
    evidence = observePair(evidence, { candidate: { trials: 100, events: bad }, legacy: { trials: 100, events: bad } }, 1.2)
  }
  assert.ok(aboveLogE(evidence) < 0)
})

test('a candidate that fails three times as often as legacy is found, while both rates go up and down', () => {
  const random = seeded(3)
  const draw = (trials: number, rate: number): number => Array.from({ length: trials }).filter(() => random() < rate).length
  let evidence = openTwoSample()
  let count = 0
  while (aboveLogE(evidence) < Math.log(200) && count < 20_000) {
    const rate = count % 500 < 250 ? 0.002 : 0.05
    evidence = observePair(evidence, { candidate: { trials: 50, events: draw(50, 3 * rate) }, legacy: { trials: 50, events: draw(50, rate) } }, 1.2)
    count += 50
  }
  assert.ok(count < 2_000, `${count}`)
})

test('requests of one side wait until the other has had one too', () => {
  const waiting = observePair(openTwoSample(), { candidate: { trials: 5, events: 2 }, legacy: { trials: 0, events: 0 } }, 1)
  assert.equal(waiting.candidate.trials, 0)
  const seen = observePair(waiting, { candidate: { trials: 0, events: 0 }, legacy: { trials: 9, events: 0 } }, 1)
  assert.deepEqual([seen.candidate, seen.legacy], [{ trials: 5, events: 2 }, { trials: 9, events: 0 }])
  assert.ok(aboveLogE(seen) > 0)
})

test('without legacy the candidate is held against the rate that is remembered', () => {
  const bad = observeAlone(openTwoSample(), { trials: 100, events: 20 }, 0.01)
  assert.ok(aboveLogE(bad) > Math.log(1e6))
  const good = observeAlone(openTwoSample(), { trials: 10_000, events: 0 }, 0.01)
  assert.ok(belowLogE(good) > Math.log(1e6))
})

test('evidence is plain and finite, whatever was seen', () => {
  const count = fc.nat(100_000)
  fc.assert(fc.property(fc.array(fc.tuple(count, count, count, count), { maxLength: 20 }), factors, (batches, factor) => {
    let evidence = openTwoSample()
    for (const [a, b, c, d] of batches) evidence = observePair(evidence, { candidate: { trials: a + b, events: b }, legacy: { trials: c + d, events: d } }, factor)
    assert.ok(Number.isFinite(aboveLogE(evidence)) && Number.isFinite(belowLogE(evidence)))
    assert.deepEqual(JSON.parse(JSON.stringify(evidence)), evidence)
  }))
})
