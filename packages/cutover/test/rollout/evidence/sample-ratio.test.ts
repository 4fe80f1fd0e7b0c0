import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { binomial } from '../../../benchmarks/proofs/evidence/binomial.ts'
import { seeded } from '../../../benchmarks/harness/statistics.ts'
import { observeSplit, openSampleRatio, splitLogE } from '../../../src/rollout/evidence/sample-ratio.ts'
import { worstExpectation } from './worst-case.ts'

test('drawn as the share says, the expectation is at most 1 whenever one stops', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 9_999 }), fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }), (share, sizes) => {
    const worst = worstExpectation(openSampleRatio(), sizes, [share / 10_000], (seen, drawn) => observeSplit(seen, drawn, share / 10_000), seen => Math.exp(splitLogE(seen)))
    assert.ok(worst <= 1 + 1e-9, `${worst}`)
  }), { numRuns: 60 })
})

test('alarms are as rare as promised over stages of different shares', () => {
  const draw = binomial(seeded(5))
  let alarms = 0
  for (let run = 0; run < 400; run++) {
    let seen = openSampleRatio()
    for (const share of [0.01, 0.1, 0.5]) for (let tick = 0; tick < 100; tick++) seen = observeSplit(seen, { trials: 200, events: draw(200, share) }, share)
    if (splitLogE(seen) >= Math.log(20)) alarms++
  }
  assert.ok(alarms / 400 <= 0.05, `${alarms}`)
})

test('a split that is off by a tenth is found, on either side', () => {
  for (const off of [0.9, 1.1]) {
    const draw = binomial(seeded(9))
    let seen = openSampleRatio()
    let drawn = 0
    while (splitLogE(seen) < Math.log(900) && drawn < 1_000_000) {
      seen = observeSplit(seen, { trials: 100, events: draw(100, 0.25 * off) }, 0.25)
      drawn += 100
    }
    assert.ok(drawn < 15_000, `${off}: ${drawn}`)
  }
})
