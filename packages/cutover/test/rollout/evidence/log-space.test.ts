import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromLog, logAdd, logMixture } from '../../../src/rollout/evidence/log-space.ts'

test('sums are those of the numbers, and stay finite where those are not', () => {
  assert.ok(Math.abs(logAdd(Math.log(3), Math.log(4)) - Math.log(7)) < 1e-12)
  assert.ok(Math.abs(logMixture([0.25, 0.75], [Math.log(4), Math.log(8)]) - Math.log(7)) < 1e-12)
  assert.equal(logAdd(5_000, 5_000), 5_000 + Math.log(2))
  assert.equal(logAdd(-Infinity, -Infinity), -Infinity)
  assert.equal(logAdd(0, -1e9), 0)
  assert.equal(logMixture([1], [-Infinity]), -Infinity)
})

test('evidence beyond all numbers is the largest number, which JSON can hold', () => {
  assert.equal(fromLog(1e6), Number.MAX_VALUE)
  assert.equal(fromLog(0), 1)
  assert.equal(fromLog(-1e9), 0)
})
