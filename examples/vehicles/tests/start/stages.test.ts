import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeStage } from '../../start/stages.ts'
import type { Sample } from '../../start/traffic.ts'

function samples (sides: readonly string[], changes: Partial<Sample> = {}): Sample[] {
  return sides.map((side, session) => ({ feature: 'vehicles', side, session, milliseconds: 1, failure: undefined, ...changes }))
}

const half = Array.from({ length: 200 }, (_, i) => i % 2 === 0 ? 'legacy' : 'candidate')

test('a stage that went as its share says has no problem', () => {
  assert.deepEqual(judgeStage('vehicles', 50, samples(half), true).problems, [])
  assert.deepEqual(judgeStage('vehicles', 0, samples(['legacy', 'legacy']), true).problems, [])
  assert.deepEqual(judgeStage('vehicles', 100, samples(['candidate']), false).problems, [])
})

for (const [fault, share, faulty] of [
  ['a failed request', 50, samples(half, { failure: 'GET answered 500' })],
  ['no request at all', 50, []],
  ['a request on the candidate at 0 %', 0, samples(['legacy', 'candidate'])],
  ['a request on legacy at 100 %', 100, samples(['legacy', 'candidate'])],
  ['an answer that does not say who gave it', 100, samples(['candidate', 'undefined'])],
  ['a split that is far from its share', 50, samples(Array.from({ length: 200 }, (_, i) => i < 160 ? 'legacy' : 'candidate'))],
  ['a session that changes sides', 50, samples(half, { session: 7 })]
] as const) {
  test(`a stage tells of ${fault}`, () => {
    assert.ok(judgeStage('vehicles', share, faulty, true).problems.length > 0)
  })
}
