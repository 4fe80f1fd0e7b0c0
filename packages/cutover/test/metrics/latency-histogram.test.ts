import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ceilingMs, isOver, LatencyHistogram, microsecondsOf } from '../../src/metrics/latency-histogram.ts'

const microseconds = fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: ceilingMs * 1000 }))

test('a quantile is the exact one, over by less than one per cent', () => {
  fc.assert(fc.property(fc.array(microseconds, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, part) => {
    const histogram = new LatencyHistogram()
    for (const value of values) histogram.record(value)
    const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(part * values.length)) - 1]!
    const got = Math.round(histogram.quantile(part)! * 1000)
    assert.ok(got >= exact && got <= exact * 1.01, `${got} for ${exact}`)
  }))
})

test('what was recorded since a copy is what one alone would have recorded', () => {
  fc.assert(fc.property(fc.array(microseconds), fc.array(microseconds), (before, after) => {
    const [all, alone] = [new LatencyHistogram(), new LatencyHistogram()]
    for (const value of before) all.record(value)
    const copy = all.copy()
    for (const value of after) { all.record(value); alone.record(value) }
    const since = all.since(copy)
    assert.equal(since.total, after.length)
    assert.equal(copy.total, before.length)
    for (const part of [0, 0.1, 0.5, 0.9, 1]) assert.equal(since.quantile(part), alone.quantile(part))
  }))
})

test('as many are over a bound as are, but for those within one per cent of it', () => {
  fc.assert(fc.property(fc.array(microseconds), microseconds, (values, bound) => {
    const histogram = new LatencyHistogram()
    for (const value of values) histogram.record(value)
    const over = histogram.over(bound)
    assert.ok(over <= values.filter(value => value > bound).length, 'too many')
    assert.ok(over >= values.filter(value => value > bound * 1.01).length, 'too few')
    assert.equal(over, values.filter(value => isOver(value, bound)).length)
    const taken = new LatencyHistogram()
    taken.addOver(histogram, bound)
    assert.equal(taken.total, over)
    assert.equal(taken.quantile(1), over === 0 ? null : histogram.quantile(1))
  }))
})

test('whatever a clock says has a place', () => {
  assert.deepEqual([-1, NaN, 0, 0.0004, 1.5, 1e12, Infinity].map(microsecondsOf), [0, 0, 0, 0, 1500, ceilingMs * 1000, ceilingMs * 1000])
})

test('the longest latency has a place, and an empty histogram has no quantile', () => {
  const histogram = new LatencyHistogram()
  assert.equal(histogram.quantile(0.5), null)
  histogram.record(ceilingMs * 1000)
  assert.ok(histogram.quantile(1)! >= ceilingMs)
})
