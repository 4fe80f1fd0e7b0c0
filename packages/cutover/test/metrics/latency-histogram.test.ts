import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ceilingMs, LatencyHistogram } from '../../src/metrics/latency-histogram.ts'

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

test('merging two histograms gives what recording into one would', () => {
  fc.assert(fc.property(fc.array(microseconds), fc.array(microseconds), (some, others) => {
    const [a, b, both] = [new LatencyHistogram(true), new LatencyHistogram(), new LatencyHistogram()]
    for (const value of some) { a.record(value); both.record(value) }
    for (const value of others) { b.record(value); both.record(value) }
    a.add(b)
    assert.equal(a.total, both.total)
    for (const part of [0, 0.1, 0.5, 0.9, 1]) assert.equal(a.quantile(part), both.quantile(part))
  }))
})

test('the longest latency has a place, and an empty histogram has no quantile', () => {
  const histogram = new LatencyHistogram()
  assert.equal(histogram.quantile(0.5), null)
  histogram.record(ceilingMs * 1000)
  assert.ok(histogram.quantile(1)! >= ceilingMs)
  histogram.reset()
  assert.equal(histogram.quantile(1), null)
})
