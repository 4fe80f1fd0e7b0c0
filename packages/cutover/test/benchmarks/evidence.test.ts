import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../benchmarks/harness/statistics.ts'
import { alarms, falseRollbacks } from '../../benchmarks/proofs/evidence.ts'
import { binomial } from '../../benchmarks/proofs/evidence/binomial.ts'
import { naiveWindow } from '../../benchmarks/proofs/evidence/naive-window.ts'
import { healthy, settings, slo } from '../../benchmarks/proofs/evidence/scenarios.ts'
import { gatesOf } from '../../src/rollout/gate/gates.ts'

const sound = gatesOf(settings, { sticky: false })
const hardest = healthy.at(-1)!

test('the gates of production keep healthy rollouts, and find bad ones', () => {
  assert.ok(falseRollbacks(sound, hardest, 8, 1).rolledBack <= 1)
  const { median, missed } = alarms(sound, 0.2, 21, 1)
  assert.equal(missed, 0)
  assert.ok(median <= 18, `${median}`)
})

test('gates that take any evidence for an alarm fail the proof', () => {
  // More than there is to share, so that each alarms at e = 0.6.
  const { rate } = falseRollbacks(gatesOf({ ...settings, alpha: 4 }, { sticky: false }), hardest, 12, 1)
  assert.ok(rate > 0.1, `${rate}`)
})

test('gates that forget that they looked before fail the proof: a window at a time, as naive rollouts do', () => {
  const { rate } = falseRollbacks(naiveWindow(slo, 1_000), healthy[1]!, 12, 1)
  assert.ok(rate > 0.5, `${rate}`)
})

test('gates that never alarm fail the proof', () => {
  const deaf = { ...sound, failure: () => undefined }
  const { median, missed } = alarms(deaf, 0.2, 1, 1)
  assert.equal(missed, 1)
  assert.ok(median > 2_000, `${median}`)
})

test('draws are binomial', () => {
  for (const [trials, rate] of [[1, 0.3], [10, 0.5], [200, 0.05], [5_000, 0.001], [1_000, 0.97]] as const) {
    const draw = binomial(seeded(2))
    const runs = 4_000
    const drawn = Array.from({ length: runs }, () => draw(trials, rate))
    const mean = drawn.reduce((sum, each) => sum + each, 0) / runs
    const variance = drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0) / runs
    const expected = trials * rate * (1 - rate)
    assert.ok(Math.abs(mean - trials * rate) < 5 * Math.sqrt(expected / runs), `${trials}, ${rate}: mean ${mean}`)
    assert.ok(Math.abs(variance / expected - 1) < 0.15, `${trials}, ${rate}: variance ${variance} for ${expected}`)
    assert.ok(drawn.every(each => each >= 0 && each <= trials))
  }
  const draw = binomial(() => 0.5)
  assert.deepEqual([draw(0, 0.5), draw(7, 0), draw(7, 1)], [0, 0, 7])
})
