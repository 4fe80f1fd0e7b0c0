import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateSettings } from '../../../src/config/rollout-settings.ts'
import { Traffic } from './traffic.ts'

const parity = (more: Partial<Extract<GateSettings, { kind: 'parity' }>> = {}): GateSettings => ({ kind: 'parity', name: 'parity', differences: 0, verify: true, live: 0, ...more })
const verified = { at: '2025-01-01T00:00:00.000Z', differences: 0, cases: 42 }
const sampleRatio: GateSettings = { kind: 'sampleRatio', name: 'sampleRatio' }
const custom: GateSettings = { kind: 'custom', name: 'queue', check: () => 'pass' }

test('burst: an open breaker takes the feature back at once, and for good', () => {
  const traffic = new Traffic([]).ticks(2, { candidate: { requests: 5 } })
  assert.equal(traffic.result('burst').verdict, 'pass')
  traffic.breaker = 'open'
  assert.match(traffic.tick().failure()!.reason, /^the breaker opened after 10 requests/)
  traffic.breaker = 'closed'
  assert.equal(traffic.tick().result('burst').verdict, 'fail')
})

test('burst: ten failures in a row need no breaker', () => {
  const traffic = new Traffic([]).tick({ candidate: { requests: 9, failures: 9 } })
  assert.equal(traffic.failure(), undefined)
  assert.equal(traffic.tick({ candidate: { requests: 1, failures: 1 } }).failure()?.gate, 'burst')
})

test('burst: while legacy fails too, nobody is to blame, and nothing passes', () => {
  const traffic = new Traffic([])
  traffic.excused = true
  traffic.ticks(5, { candidate: { requests: 9, failures: 9 }, legacy: { requests: 9, failures: 9 } })
  assert.equal(traffic.failure(), undefined)
  assert.deepEqual([traffic.result('burst').verdict, traffic.result('burst').reason], ['no data', '45 requests in a row failed, and so do legacy\'s: an outage of something that both need'])
  traffic.excused = false
  traffic.tick({ candidate: { requests: 2 } })
  assert.equal(traffic.result('burst').verdict, 'pass')
  traffic.ticks(2, { candidate: { requests: 5, failures: 5 } })
  assert.equal(traffic.failure()?.gate, 'burst')
})

test('burst: while legacy is asked whose fault it is, it waits; an open breaker after that fails', () => {
  const traffic = new Traffic([])
  traffic.breaker = 'asking'
  traffic.tick({ candidate: { requests: 12, failures: 12 } })
  assert.deepEqual([traffic.failure(), traffic.result('burst').verdict], [undefined, 'no data'])
  traffic.breaker = 'half-open'
  assert.equal(traffic.tick().failure()?.gate, 'burst')
})

test('parity: without a verify there is no data, and it says what to run', () => {
  const traffic = new Traffic([parity()]).tick()
  assert.deepEqual([traffic.result('parity').verdict, traffic.result('parity').samples], ['no data', 0])
  assert.match(traffic.result('parity').reason, /run `cutover verify`/)
})

test('parity: a verify without differences passes, one with differences fails, one without a case says nothing', () => {
  const traffic = new Traffic([parity()])
  traffic.parity = { ...traffic.parity, verified: { ...verified, cases: 0 } }
  assert.equal(traffic.tick().result('parity').verdict, 'no data')
  traffic.parity = { ...traffic.parity, verified }
  assert.deepEqual([traffic.tick().result('parity').verdict, traffic.result('parity').samples], ['pass', 42])
  traffic.parity = { ...traffic.parity, verified: { ...verified, differences: 2 } }
  assert.equal(traffic.tick().failure()?.gate, 'parity')
})

test('parity: what a verify may have is a setting', () => {
  const traffic = new Traffic([parity({ differences: 2 })])
  traffic.parity = { ...traffic.parity, verified: { ...verified, differences: 2 } }
  assert.equal(traffic.tick().result('parity').verdict, 'pass')
})

test('parity: a live difference of this rollout fails, one from before it does not', () => {
  const traffic = new Traffic([parity({ verify: false, live: 5 })])
  traffic.parity = { live: { same: 0, different: 0 }, verified: undefined }
  traffic.tick()
  traffic.parity = { live: { same: 4, different: 0 }, verified: undefined }
  assert.match(traffic.tick().result('parity').reason, /4 of 5 shadowed answers compared in this stage/)
  traffic.parity = { live: { same: 5, different: 0 }, verified: undefined }
  assert.equal(traffic.tick().result('parity').verdict, 'pass')
  assert.equal(traffic.enterStage(2_000).tick().result('parity').verdict, 'no data')
  traffic.parity = { live: { same: 5, different: 1 }, verified: undefined }
  assert.match(traffic.tick().failure()!.reason, /1 of 6 shadowed answers differed/)
})

test('parity: a live difference counts where only verify was asked for', () => {
  const traffic = new Traffic([parity()])
  traffic.parity = { live: { same: 9, different: 1 }, verified }
  assert.equal(traffic.tick().failure()?.gate, 'parity')
})

test('sampleRatio: a split as the share says passes, another one fails', () => {
  const traffic = new Traffic([sampleRatio])
  assert.equal(traffic.tick().result('sampleRatio').verdict, 'no data')
  const draw = (candidate: number, legacy: number): void => { traffic.drawnTo = { candidate: traffic.drawnTo.candidate + candidate, legacy: traffic.drawnTo.legacy + legacy } }
  draw(9, 90)
  assert.match(traffic.tick().result('sampleRatio').reason, /99 of 100 in this stage/)
  assert.equal(traffic.result('sampleRatio').verdict, 'no data')
  traffic.ticks(50, () => draw(10, 90))
  assert.equal(traffic.result('sampleRatio').verdict, 'pass')
  traffic.ticks(100, () => draw(20, 80))
  assert.match(traffic.failure()!.reason, /^[\d,]+ of [\d,]+ drawn requests went to the candidate \(\d+ %\), [\d,]+ expected: e = /)
})

test('sampleRatio: requests drawn while the share changed are left out', () => {
  const traffic = new Traffic([sampleRatio]).tick()
  for (const share of [2_000, 1_000, 2_000, 1_000]) {
    traffic.share = share
    traffic.drawnTo = { candidate: traffic.drawnTo.candidate + 500, legacy: 0 }
    traffic.tick()
  }
  assert.equal(traffic.result('sampleRatio').samples, 0)
})

test('sampleRatio: at 100 % all go to the candidate', () => {
  const traffic = new Traffic([sampleRatio])
  traffic.share = 10_000
  traffic.tick()
  traffic.drawnTo = { candidate: 500, legacy: 0 }
  assert.equal(traffic.tick().result('sampleRatio').verdict, 'pass')
  traffic.drawnTo = { candidate: 600, legacy: 3 }
  assert.match(traffic.tick().failure()!.reason, /3 of 603 requests went to legacy at a share of 100 %/)
})

test('sampleRatio: says nothing while single requests are not drawn', () => {
  const traffic = new Traffic([sampleRatio])
  traffic.drawn = false
  traffic.drawnTo = { candidate: 500, legacy: 0 }
  assert.equal(traffic.tick().result('sampleRatio').verdict, 'no data')
  assert.equal(traffic.failure(), undefined)
})

test('sampleRatio: is no gate of a sticky feature', () => {
  const traffic = new Traffic([sampleRatio], { sticky: true })
  assert.throws(() => traffic.result('sampleRatio'))
})

test('custom: what a function says is what the gate says, and silence is no data', () => {
  const traffic = new Traffic([custom]).tick()
  assert.deepEqual([traffic.result('queue').verdict, traffic.result('queue').samples], ['no data', 0])
  traffic.asked = { queue: { verdict: 'pass', value: 3, reason: '3 jobs wait' } }
  assert.deepEqual(traffic.tick().result('queue'), { gate: 'queue', verdict: 'pass', reason: '3 jobs wait', samples: 1, value: 3, unit: 'number' })
  traffic.asked = {}
  assert.equal(traffic.tick().result('queue').verdict, 'no data')
  traffic.asked = { queue: { verdict: 'fail', reason: 'too many' } }
  assert.equal(traffic.tick().failure()?.reason, 'too many')
})

test('prometheus: silence is no data and names the server', () => {
  const traffic = new Traffic([{ kind: 'prometheus', name: 'lag', url: new URL('http://127.0.0.1:9090/'), query: 'x', below: 1, above: undefined }]).tick()
  assert.match(traffic.result('lag').reason, /Prometheus at http:\/\/127.0.0.1:9090 has not answered/)
})
