import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDuration, formatShare, formatSize, parseDuration, parseShare, parseSize } from '../../src/config/units.ts'

test('every share survives being written and read', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10_000 }), share => parseShare(formatShare(share)) === share))
})

test('every whole number of milliseconds survives being written and read', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), value => parseDuration(formatDuration(value)) === value))
})

test('every whole number of bytes survives being written and read', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), value => parseSize(formatSize(value)) === value))
})

test('shares are read with and without the sign and up to two decimals', () => {
  assert.deepEqual(['0%', '25%', '25', '12.5%', '0.05%', '99.99%', '100%', '100.00%'].map(parseShare), [0, 2500, 2500, 1250, 5, 9999, 10_000, 10_000])
})

test('what is no share is refused, not rounded', () => {
  for (const text of ['', '%', '-1%', '100.01%', '101%', '1.234%', '25 %', '1e1%', '0x10', 'NaN', 'half']) assert.equal(parseShare(text), undefined, text)
})

test('durations and sizes are read in their units', () => {
  assert.deepEqual(['50ms', '1.5s', '5m', '1h', '0s'].map(parseDuration), [50, 1500, 300_000, 3_600_000, 0])
  assert.deepEqual(['512B', '64kB', '1.5MB', '2GB'].map(parseSize), [512, 64_000, 1_500_000, 2_000_000_000])
})

test('a number without a unit, or with another one, is neither', () => {
  for (const text of ['', '5', '5 s', '-5s', '5d', '5S', '5constructor']) assert.equal(parseDuration(text), undefined, text)
  for (const text of ['', '5', '5KB', '5 kB', '-5B', '5b']) assert.equal(parseSize(text), undefined, text)
})
