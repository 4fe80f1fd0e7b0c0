import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from '../../../../src/cli/run/load/tally.ts'
import type { SendResult } from '../../../../src/parity/send/result.ts'

const answered = (status: number): SendResult => ({ response: { status, reason: '', headers: [], body: new Uint8Array() }, durationMs: 1 } as unknown as SendResult)

test('what fails over and over leaves room among the examples for what else fails, and they are five at most', () => {
  const tally = new Tally()
  for (let turn = 0; turn < 20; turn++) tally.add('GET /fails', answered(500), undefined)
  tally.add('GET /wrong', answered(200), { status: 201 })
  assert.deepEqual(tally.counts.examples, ['GET /fails: answered 500', 'GET /wrong: status 201 was expected, 200 came'])
  for (let turn = 0; turn < 20; turn++) tally.add(`GET /${turn}`, answered(500), undefined)
  assert.equal(tally.counts.examples.length, 5)
  assert.deepEqual([tally.counts.failed, tally.counts.unexpected], [40, 1])
})
