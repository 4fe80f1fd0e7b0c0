import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateSettings } from '../../../src/config/rollout-settings.ts'
import { Traffic } from './traffic.ts'

const errorRate = (below: number | undefined, relativeToLegacy?: number): GateSettings => ({ kind: 'errorRate', name: 'errorRate', bound: { below, relativeToLegacy } })

test('without a request there is no data, which is no pass', () => {
  const { verdict, samples, reason } = new Traffic([errorRate(0.01)]).tick().result('errorRate')
  assert.deepEqual([verdict, samples], ['no data', 0])
  assert.match(reason, /no request yet/)
})

test('a rate passes once it is shown to be under the bound, with its upper end', () => {
  const traffic = new Traffic([errorRate(0.001)])
  traffic.ticks(30, { candidate: { requests: 100 } })
  assert.equal(traffic.result('errorRate').verdict, 'no data')
  assert.match(traffic.result('errorRate').reason, /^0 of 3,000 failed, bound 0.1 %: not shown yet, at most 0\.104 % at 95 % confidence$/)
  const { verdict, upper, samples } = traffic.ticks(2, { candidate: { requests: 100 } }).result('errorRate')
  assert.deepEqual([verdict, samples], ['pass', 3_200])
  assert.ok(upper! > 0.0009 && upper! < 0.001)
})

test('failures beyond the bound are an alarm, in one line with its evidence', () => {
  const traffic = new Traffic([errorRate(0.001)])
  traffic.ticks(10, { candidate: { requests: 10, failures: 1 } })
  assert.equal(traffic.failure()?.gate, 'errorRate')
  assert.match(traffic.failure()!.reason, /^\d of \d+ failed \(10 %\), bound 0.1 %: e = [\d.]+(e\d+)?, alarm at 100$/)
  assert.ok(traffic.failure()!.evidence! >= traffic.failure()!.alarmAt!)
})

test('failures that may be chance are no alarm: three in 900, where one in 1 000 may be', () => {
  const traffic = new Traffic([errorRate(0.001)]).ticks(3, { candidate: { requests: 300, failures: 1 } })
  assert.equal(traffic.failure(), undefined)
  assert.ok(traffic.result('errorRate').evidence! > 1)
})

test('two failures are no alarm, whatever the bound is', () => {
  const traffic = new Traffic([errorRate(0)])
  traffic.tick({ candidate: { requests: 2, failures: 2 } })
  assert.equal(traffic.failure(), undefined)
  assert.equal(traffic.tick({ candidate: { requests: 1, failures: 1 } }).failure()?.gate, 'errorRate')
})

test('a bound of 0 passes without a failure only, once 0.1 % is shown', () => {
  const traffic = new Traffic([errorRate(0)]).ticks(40, { candidate: { requests: 100 } })
  assert.equal(traffic.result('errorRate').verdict, 'pass')
  assert.equal(traffic.tick({ candidate: { requests: 1, failures: 1 } }).ticks(200, { candidate: { requests: 100 } }).result('errorRate').verdict, 'no data')
  assert.equal(traffic.enterStage(5_000).ticks(10, { candidate: { requests: 100 } }).result('errorRate').verdict, 'no data')
})

test('a failure stays a failure, however well it goes afterwards', () => {
  const traffic = new Traffic([errorRate(0.01)]).tick({ candidate: { requests: 8, failures: 8 } })
  const said = traffic.failure()
  assert.equal(said?.verdict, 'fail')
  traffic.ticks(50, { candidate: { requests: 1_000 } }).enterStage(5_000)
  assert.deepEqual(traffic.result('errorRate'), said)
})

test('a candidate that goes bad late is told by its last requests, as all of them still look well', () => {
  const traffic = new Traffic([errorRate(0.001)]).ticks(100, { candidate: { requests: 500 } }).ticks(20, { candidate: { requests: 10, failures: 2 } })
  const [, events, trials] = /^\d+ of 50,\d+ failed \(0.0\d+ %\), (\d+) of the last (\d+), bound/.exec(traffic.failure()!.reason)!.map(Number)
  assert.ok(trials! <= 80 && events! / trials! >= 0.2, traffic.failure()!.reason)
  assert.equal(traffic.failure()!.value, events! / trials!)
})

test('what went well in earlier stages does not pass a stage that goes badly', () => {
  const traffic = new Traffic([errorRate(0.001)]).ticks(100, { candidate: { requests: 100 } })
  assert.equal(traffic.result('errorRate').verdict, 'pass')
  traffic.enterStage(5_000)
  assert.match(traffic.result('errorRate').reason, /no request in this stage yet/)
  traffic.tick({ candidate: { requests: 200, failures: 1 } })
  assert.equal(traffic.failure(), undefined)
  assert.equal(traffic.result('errorRate').verdict, 'no data')
  assert.match(traffic.result('errorRate').reason, /1 of 200 failed \(0.5 %\) in this stage/)
})

test('fallbacks are judged by themselves', () => {
  const traffic = new Traffic([{ kind: 'fallbacks', name: 'fallbacks', bound: { below: 0.001, relativeToLegacy: undefined } }])
  assert.equal(traffic.ticks(10, { candidate: { requests: 10, failures: 5 } }).failure(), undefined)
  assert.match(traffic.ticks(10, { candidate: { requests: 10, failures: 5, fallbacks: 5 } }).failure()!.reason, /fell back/)
})

test('relative to legacy: what both sides suffer is no alarm, what the candidate suffers alone is', () => {
  const both = new Traffic([errorRate(undefined, 1.5)]).ticks(300, { candidate: { requests: 20, failures: 4 }, legacy: { requests: 180, failures: 36 } })
  assert.equal(both.failure(), undefined)
  const alone = both.ticks(40, { candidate: { requests: 20, failures: 12 }, legacy: { requests: 180, failures: 36 } })
  assert.match(alone.failure()!.reason, /^[\d,]+ of [\d,]+ failed \(\d+ %\), legacy [\d,]+ of [\d,]+ failed \(20 %\), at most 1.5 times legacy's part: e = /)
})

test('relative to legacy: it passes once the ratio is shown, and while both hardly fail', () => {
  const better = new Traffic([errorRate(undefined, 1)]).ticks(60, { candidate: { requests: 50, failures: 1 }, legacy: { requests: 50, failures: 5 } })
  assert.equal(better.result('errorRate').verdict, 'pass')
  const none = new Traffic([errorRate(undefined, 1.2)]).ticks(40, { candidate: { requests: 100 }, legacy: { requests: 100 } })
  assert.equal(none.result('errorRate').verdict, 'pass')
  const alike = new Traffic([errorRate(undefined, 1)]).ticks(100, { candidate: { requests: 100, failures: 5 }, legacy: { requests: 100, failures: 5 } })
  assert.equal(alike.result('errorRate').verdict, 'no data')
})

test('relative to legacy: two failures are no alarm, and each bound of two has half of alpha', () => {
  const traffic = new Traffic([errorRate(undefined, 1.2)]).tick({ candidate: { requests: 2, failures: 2 }, legacy: { requests: 1_000_000 } })
  assert.equal(traffic.failure(), undefined)
  const both = new Traffic([errorRate(0.001, 1.2)]).ticks(3, { candidate: { requests: 5, failures: 3 }, legacy: { requests: 50 } })
  assert.equal(both.failure()?.alarmAt, 200)
})

test('relative to legacy: each stage is looked at by itself too', () => {
  const traffic = new Traffic([errorRate(undefined, 1)]).ticks(100, { candidate: { requests: 50, failures: 1 }, legacy: { requests: 50, failures: 5 } })
  traffic.enterStage(5_000)
  assert.match(traffic.result('errorRate').reason, /nothing to compare in this stage yet/)
  assert.equal(traffic.result('errorRate').verdict, 'no data')
  traffic.tick({ candidate: { requests: 50, failures: 6 }, legacy: { requests: 50, failures: 5 } })
  assert.equal(traffic.failure(), undefined)
  assert.match(traffic.result('errorRate').reason, /6 of 50 failed \(12 %\) in this stage/)
  assert.equal(traffic.result('errorRate').verdict, 'no data')
  traffic.ticks(5, { candidate: { requests: 50, failures: 1 }, legacy: { requests: 50, failures: 5 } })
  assert.equal(traffic.result('errorRate').verdict, 'pass')
})

test('of two bounds, one that is not shown keeps the gate from passing', () => {
  const traffic = new Traffic([errorRate(0.2, 1)]).ticks(100, { candidate: { requests: 50, failures: 5 }, legacy: { requests: 50, failures: 5 } })
  assert.equal(traffic.result('errorRate').verdict, 'no data')
  assert.match(traffic.result('errorRate').reason, /at most 1 times legacy's part: not shown yet$/)
})

test('relative to legacy, at 100 %: legacy is remembered, and the candidate still held against it', () => {
  const traffic = new Traffic([errorRate(undefined, 1.2)], { before: { requests: 10_000, failures: 100 } })
  traffic.share = 10_000
  traffic.tick().ticks(50, { candidate: { requests: 100, failures: 1 } })
  assert.equal(traffic.failure(), undefined)
  assert.match(traffic.result('errorRate').reason, /legacy has no traffic left, so that what it had before stands: 1\.\d+ %/)
  assert.equal(traffic.ticks(20, { candidate: { requests: 100, failures: 10 } }).failure()?.verdict, 'fail')
})

test('relative to legacy, without any of its traffic, there is no data', () => {
  const traffic = new Traffic([errorRate(undefined, 1.2)]).ticks(100, { candidate: { requests: 100, failures: 3 } })
  assert.equal(traffic.result('errorRate').verdict, 'no data')
  assert.match(traffic.result('errorRate').reason, /legacy has had no request to compare with/)
})

test('both bounds hold: the absolute one fails where legacy is as bad', () => {
  const traffic = new Traffic([errorRate(0.01, 2)]).ticks(20, { candidate: { requests: 50, failures: 5 }, legacy: { requests: 50, failures: 5 } })
  assert.match(traffic.failure()!.reason, /bound 1 %/)
})

test('a failure of a request that was counted before is still one', () => {
  const traffic = new Traffic([errorRate(0.01)]).tick({ candidate: { requests: 10 } }).tick({ candidate: { failures: 4 } })
  assert.match(traffic.failure()!.reason, /^4 of 14 failed/)
})

test('counters that begin anew are not taken for traffic', () => {
  const traffic = new Traffic([errorRate(0.01)]).ticks(5, { candidate: { requests: 100 } })
  traffic.tick({ candidate: { requests: 50, failures: 1 } })
  traffic.tick({ candidate: { requests: -500, failures: -1 } }).tick({ candidate: { requests: 100 } })
  assert.match(traffic.result('errorRate').reason, /^1 of 650 failed/)
})
