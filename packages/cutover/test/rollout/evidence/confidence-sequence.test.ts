import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { binomial } from '../../../benchmarks/proofs/evidence/binomial.ts'
import { clopperPearson, seeded } from '../../../benchmarks/harness/statistics.ts'
import { addBatches, noTrials, type Batch } from '../../../src/rollout/evidence/batch.ts'
import { belowLogE, isUnder, upperBound } from '../../../src/rollout/evidence/confidence-sequence.ts'
import { worstExpectation } from './worst-case.ts'

const bounds = fc.double({ min: 0.001, max: 0.95, noNaN: true })

test('no choice of rates from the bound on and of when to stop brings the expectation over 1', () => {
  fc.assert(fc.property(bounds, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 7 }), (bound, sizes) => {
    const worst = worstExpectation<Batch>(noTrials, sizes, [bound, (1 + bound) / 2, 1], addBatches, seen => Math.exp(belowLogE(seen, bound)))
    assert.ok(worst <= 1 + 1e-9, `${worst}`)
  }), { numRuns: 60 })
})

test('it is enough that the average rate is not under the bound', () => {
  fc.assert(fc.property(bounds, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (bound, rates) => {
    let masses = [1]
    let sum = 0
    rates.forEach((rate, place) => {
      masses = Array.from({ length: masses.length + 1 }, (_, events) => (masses[events] ?? 0) * (1 - rate) + (masses[events - 1] ?? 0) * rate)
      sum += rate
      const trials = place + 1
      if (sum / trials < bound) return
      const mean = masses.reduce((total, mass, events) => mass === 0 ? total : total + mass * Math.exp(belowLogE({ trials, events }, bound)), 0)
      assert.ok(mean <= 1 + 1e-9, `${mean}`)
    })
  }))
})

test('a rate under 0.1 % is claimed at 95 % after little more requests without a failure than a single look would take', () => {
  assert.equal(isUnder({ trials: 2_995, events: 0 }, 0.001, 0.95), false)
  assert.equal(isUnder({ trials: 3_120, events: 0 }, 0.001, 0.95), true)
})

test('a claim is never stronger than that of a single look', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 20_000 }), fc.double({ min: 0, max: 0.5, noNaN: true }), (trials, part) => {
    const events = Math.floor(part * trials)
    assert.ok(upperBound({ trials, events }, 0.95) >= clopperPearson(events, trials, 0.9).high - 1e-4)
  }))
})

test('what is under the bound is under every larger one, and more failures never make it less', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(200), (trials, some) => {
    const events = Math.min(some, trials)
    const upper = upperBound({ trials, events }, 0.95)
    assert.ok(upper >= events / trials && upper <= 1)
    if (upper < 0.99) assert.ok(isUnder({ trials, events }, upper + 0.001, 0.95))
    if (events < trials) assert.ok(upperBound({ trials, events: events + 1 }, 0.95) >= upper - 1e-6)
  }))
})

test('looked at all the time, the bound is missed in no more runs than was promised', () => {
  const draw = binomial(seeded(11))
  for (const rate of [0.002, 0.05, 0.4]) {
    let missed = 0
    for (let run = 0; run < 400; run++) {
      let seen = noTrials
      for (let look = 0; look < 200; look++) {
        seen = addBatches(seen, { trials: 20, events: draw(20, rate) })
        if (isUnder(seen, rate, 0.9)) {
          missed++
          break
        }
      }
    }
    assert.ok(missed / 400 <= 0.1, `${rate}: ${missed}`)
  }
})

test('a single-look interval, looked at all the time, breaks that promise: why there is a confidence sequence', () => {
  const draw = binomial(seeded(11))
  let missed = 0
  for (let run = 0; run < 50; run++) {
    let seen = noTrials
    for (let look = 0; look < 100; look++) {
      seen = addBatches(seen, { trials: 40, events: draw(40, 0.05) })
      if (clopperPearson(seen.events, seen.trials, 0.8).high < 0.05) {
        missed++
        break
      }
    }
  }
  assert.ok(missed / 50 > 0.2, `${missed}`)
})

test('without trials nothing is claimed', () => {
  assert.equal(upperBound(noTrials, 0.95), 1)
  assert.equal(isUnder(noTrials, 0.5, 0.95), false)
})
