import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageRate } from '../../realtime/message-rate.ts'

test('a burst is allowed at once, then the rate, and never more than a burst after a rest', () => {
  const rate = new MessageRate(2, 3, 0)
  const allowed = (now: number, count: number): number => Array.from({ length: count }, () => rate.allows(now)).filter(Boolean).length
  assert.equal(allowed(0, 5), 3)
  assert.equal(allowed(499, 5), 0)
  assert.equal(allowed(500, 5), 1)
  assert.equal(allowed(1_500, 5), 2)
  assert.equal(allowed(1_000_000, 9), 3)
})
