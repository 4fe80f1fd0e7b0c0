import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account } from '../../benchmarks/proofs/outage/account.ts'
import type { Outcome } from '../../benchmarks/proofs/outage/traffic.ts'
import type { JournalLine } from '../../benchmarks/proofs/rollback/gateway.ts'

const outcome = (sentAt: number, more: Partial<Outcome> = {}): Outcome => ({ sentAt, milliseconds: 10, status: 200, routedTo: 'candidate', reason: 'share', retried: 0, ...more })
const line = (kind: JournalLine['kind'], more: Partial<JournalLine> = {}): JournalLine => ({ at: '2026-11-22T01:00:00.000Z', kind, feature: 'prompts', why: 'x', ...more })
const spans = { outage: { from: 100, to: 200 } }

test('a rollout that reached its end and blamed nobody is counted so, with who failed in the outage', () => {
  const outcomes = [outcome(50), outcome(95, { status: 502 }), outcome(150, { status: 502, routedTo: 'legacy' }), outcome(160), outcome(170, { status: 0 }), outcome(250)]
  const { blamed, arrived, failedElsewhere, spans: counted } = account({ outcomes, journal: [line('rollout', { event: 'started' }), line('share'), line('rollout', { event: 'completed' })], spans })
  assert.deepEqual({ blamed, arrived, failedElsewhere }, { blamed: 0, arrived: true, failedElsewhere: 0 })
  assert.deepEqual(counted.outage, { legacy: { requests: 1, failed: 1 }, candidate: { requests: 3, failed: 2 } })
})

test('a planted rollback, a failed gate and a request that the breaker took are blame, each of them', () => {
  const failed = line('rollout', { event: 'failed', gate: 'burst', results: [{ gate: 'burst', verdict: 'fail', reason: 'ten in a row', samples: 10 }] })
  assert.equal(account({ outcomes: [], journal: [line('rollback')], spans }).blamed, 1)
  assert.deepEqual([account({ outcomes: [], journal: [failed], spans }).blamed, account({ outcomes: [], journal: [failed], spans }).reason], [1, 'ten in a row'])
  assert.equal(account({ outcomes: [outcome(1, { reason: 'breaker', routedTo: 'legacy' }), outcome(2, { reason: 'breaker' })], journal: [], spans }).blamed, 1)
  assert.equal(account({ outcomes: [outcome(1)], journal: [], spans }).blamed, 0)
})

test('a failure outside every span is told, and one that never arrived is not', () => {
  const { failedElsewhere, arrived } = account({ outcomes: [outcome(300, { status: 500 }), outcome(301, { status: 429 })], journal: [], spans })
  assert.deepEqual([failedElsewhere, arrived], [1, false])
})
