import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateSettings } from '../../../src/config/rollout-settings.ts'
import { Traffic } from './traffic.ts'

const p95 = (below: number | undefined, relativeToLegacy?: number): GateSettings => ({ kind: 'latency', name: 'p95', quantile: 0.95, bound: { below, relativeToLegacy } })
/** Of 100: most at 10 ms, five slow ones. */
const usual = { requests: 100, latencies: [20, 25, 30, 35, 40] }
const warm = { requests: 10_000, latencies: Array.from({ length: 500 }, () => 20) }

test('a quantile passes once the part that is slower is shown to be small enough', () => {
  const traffic = new Traffic([p95(50)]).tick({ candidate: { requests: 40 } })
  assert.equal(traffic.result('p95').verdict, 'no data')
  const { verdict, reason, samples } = traffic.tick({ candidate: { requests: 60, latencies: [60] } }).ticks(3, { candidate: { requests: 100 } }).result('p95')
  assert.deepEqual([verdict, samples], ['pass', 400])
  assert.match(reason, /^1 of 400 took longer than 50 ms \(0.25 %\), 5 % may: at most \d(\.\d+)? % at 95 % confidence$/)
})

test('answers that take too long are an alarm', () => {
  const traffic = new Traffic([p95(50)]).ticks(10, { candidate: usual })
  assert.equal(traffic.failure(), undefined)
  traffic.ticks(15, { candidate: { requests: 10, usualMs: 100 } })
  assert.match(traffic.failure()!.reason, /took longer than 50 ms .*alarm at 100$/)
})

test('a pause, in which all requests of a tick wait behind one another, is no alarm', () => {
  for (const gate of [p95(50), p95(undefined, 1.25)]) {
    const traffic = new Traffic([gate], { before: warm }).ticks(20, { candidate: usual, legacy: usual })
    traffic.tick({ candidate: { requests: 60, usualMs: 200 }, legacy: usual })
    assert.equal(traffic.failure(), undefined)
  }
})

test('p95 just at its bound is no alarm', () => {
  const traffic = new Traffic([p95(50)]).ticks(500, { candidate: { requests: 100, latencies: [60, 60, 60, 60, 60] } })
  assert.equal(traffic.failure(), undefined)
  assert.equal(traffic.result('p95').verdict, 'no data')
})

test('relative to legacy: as fast as legacy passes, ten times slower fails', () => {
  const well = new Traffic([p95(undefined, 1.25)], { before: warm }).ticks(120, { candidate: { requests: 10, latencies: [15] }, legacy: { requests: 90, latencies: [30, 30, 30, 30, 30] } })
  assert.equal(well.result('p95').verdict, 'pass')
  const slow = well.ticks(20, { candidate: { requests: 10, usualMs: 100 }, legacy: { requests: 90, latencies: [30, 30, 30, 30, 30] } })
  assert.match(slow.failure()!.reason, /p95 at most 1.25 times legacy's: e = /)
})

test('relative to legacy: the candidate is held against so many times a quantile that is rather too high than too low', () => {
  const spread = { requests: 10_000, latencies: Array.from({ length: 10_000 }, (_, place) => 1 + place / 100) }
  const traffic = new Traffic([p95(undefined, 2)], { before: spread }).tick({ candidate: { requests: 10 }, legacy: { requests: 90 } })
  const [, ours, theirs] = /took longer than ([\d.]+) ms.*longer than ([\d.]+) ms/.exec(traffic.result('p95').reason)!.map(Number)
  assert.ok(theirs! > 96.5 && theirs! < 98, `${theirs}`)
  assert.ok(Math.abs(ours! / theirs! - 2) < 0.01, `${ours}`)
})

test('relative to legacy: what is slower than its quantile, but not so many times, is let through', () => {
  const slower = Array.from({ length: 10 }, () => 24)
  const traffic = new Traffic([p95(undefined, 1.25)], { before: warm }).ticks(100, { candidate: { requests: 20, latencies: slower }, legacy: { requests: 80, latencies: [30, 30, 30, 30, 30] } })
  assert.equal(traffic.failure(), undefined)
  assert.equal(traffic.result('p95').verdict, 'pass')
})

test('relative to legacy: a load that slows down both is no alarm', () => {
  const traffic = new Traffic([p95(undefined, 1.25)], { before: warm })
  traffic.ticks(50, { candidate: { requests: 50, usualMs: 80 }, legacy: { requests: 50, usualMs: 80 } })
  assert.equal(traffic.failure(), undefined)
})

test('relative to legacy: with too little of its traffic there is no data', () => {
  const traffic = new Traffic([p95(undefined, 1.25)]).ticks(3, { candidate: { requests: 100 }, legacy: { requests: 100 } })
  assert.deepEqual([traffic.result('p95').verdict, traffic.result('p95').samples], ['no data', 0])
  assert.match(traffic.result('p95').reason, /legacy has had fewer than 400 requests/)
})

test('relative to legacy, at 100 %: its last quantile stands, and says so', () => {
  const traffic = new Traffic([p95(undefined, 1.25)], { before: warm })
  traffic.share = 10_000
  traffic.tick().ticks(10, { candidate: { requests: 100 } })
  assert.equal(traffic.result('p95').verdict, 'pass')
  assert.match(traffic.result('p95').reason, /legacy has no traffic left, so that its last one stands/)
  assert.equal(traffic.ticks(20, { candidate: { requests: 10, usualMs: 500 } }).failure()?.verdict, 'fail')
})
