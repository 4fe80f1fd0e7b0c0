import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extendRun, isOutage } from '../../../src/rollout/evidence/burst.ts'

const after = (...batches: ReadonlyArray<readonly [trials: number, events: number]>): number =>
  batches.reduce((run, [trials, events]) => extendRun(run, { trials, events }), 0)

test('ten failures in a row are an outage, over as many batches as it takes', () => {
  assert.ok(isOutage(after([10, 10])))
  assert.ok(isOutage(after([4, 4], [0, 0], [3, 3], [3, 3])))
  assert.ok(!isOutage(after([9, 9])))
})

test('one answer that is well ends the run', () => {
  assert.equal(after([9, 9], [5, 4]), 0)
  assert.equal(after([9, 9], [1, 0], [3, 3]), 3)
})
