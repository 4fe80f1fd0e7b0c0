import assert from 'node:assert/strict'
import test from 'node:test'
import { evaluate, rangeCounts } from '../../domain/preconditions.ts'

const current = { etag: '"a1"', lastModified: new Date('2026-03-04T05:06:07.890Z') }
const then = 'Wed, 04 Mar 2026 05:06:07 GMT'
const before = 'Wed, 04 Mar 2026 05:06:06 GMT'
const after = 'Wed, 04 Mar 2026 05:06:08 GMT'

const reads: ReadonlyArray<[headers: Record<string, string>, expected: string]> = [
  [{}, 'proceed'],
  [{ 'if-none-match': '"a1"' }, 'not-modified'],
  [{ 'if-none-match': 'W/"a1"' }, 'not-modified'],
  [{ 'if-none-match': '*' }, 'not-modified'],
  [{ 'if-none-match': '"b2", "a1"' }, 'not-modified'],
  [{ 'if-none-match': '"b2"' }, 'proceed'],
  [{ 'if-none-match': 'a1' }, 'proceed'],
  [{ 'if-none-match': '"b2"', 'if-modified-since': after }, 'proceed'],
  [{ 'if-modified-since': then }, 'not-modified'],
  [{ 'if-modified-since': after }, 'not-modified'],
  [{ 'if-modified-since': before }, 'proceed'],
  [{ 'if-modified-since': 'Wednesday, 04-Mar-26 05:06:07 GMT' }, 'not-modified'],
  [{ 'if-modified-since': 'Wed Mar  4 05:06:07 2026' }, 'not-modified'],
  [{ 'if-modified-since': '2030' }, 'proceed'],
  [{ 'if-modified-since': 'tomorrow' }, 'proceed'],
  [{ 'if-match': '"a1"' }, 'proceed'],
  [{ 'if-match': '*' }, 'proceed'],
  [{ 'if-match': '"b2" , "a1"' }, 'proceed'],
  [{ 'if-match': 'W/"a1"' }, 'failed'],
  [{ 'if-match': '"b2"' }, 'failed'],
  [{ 'if-match': 'nonsense' }, 'failed'],
  [{ 'if-match': '"b2"', 'if-none-match': '"a1"' }, 'failed'],
  [{ 'if-match': '"a1"', 'if-none-match': '"a1"' }, 'not-modified'],
  [{ 'if-unmodified-since': then }, 'proceed'],
  [{ 'if-unmodified-since': before }, 'failed'],
  [{ 'if-match': '"a1"', 'if-unmodified-since': before }, 'proceed']
]

test('conditions of reads are judged in the order of RFC 9110', () => {
  for (const [headers, expected] of reads) assert.equal(evaluate(headers, current, true), expected, JSON.stringify(headers))
})

test('a condition of a write fails where that of a read says that nothing changed', () => {
  assert.equal(evaluate({ 'if-none-match': '*' }, current, false), 'failed')
  assert.equal(evaluate({ 'if-none-match': '*' }, undefined, false), 'proceed')
  assert.equal(evaluate({ 'if-match': '*' }, undefined, false), 'failed')
  assert.equal(evaluate({ 'if-modified-since': then }, current, false), 'proceed')
})

test('a range counts without If-Range, or with the tag that is current; never with a date', () => {
  assert.equal(rangeCounts({}, current), true)
  assert.equal(rangeCounts({ 'if-range': '"a1"' }, current), true)
  assert.equal(rangeCounts({ 'if-range': 'W/"a1"' }, current), false)
  assert.equal(rangeCounts({ 'if-range': '"b2"' }, current), false)
  assert.equal(rangeCounts({ 'if-range': then }, current), false)
})
