import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareResponses } from '../../../src/parity/compare/compare.ts'
import { planFor } from '../../../src/parity/rules.ts'
import { answer } from './answers.ts'

const rules = planFor({ unordered: [{ path: '/body/**', reason: 'whatever' }], ignore: [{ path: '/body/**/x', reason: 'whatever' }] }, { method: 'GET', path: '/' })
// What takes a second on a quiet machine is quadratic or worse somewhere.
const boundMs = 30_000
const deep = 100_000
const many = 1_000_000

function nested (open: string, close: string, inner: string): string {
  return open.repeat(deep) + inner + close.repeat(deep)
}

const rows: ReadonlyArray<readonly [name: string, legacy: string, candidate: string, total: number]> = [
  ['100 000 arrays in each other', nested('[', ']', '1'), nested('[', ']', '2'), 1],
  ['100 000 objects in each other', nested('{"a":', '}', '1'), nested('{"a":', '}', '2'), 1],
  ['100 000 levels that all differ', nested('[1,', ']', '1'), nested('[2,', ']', '2'), deep + 1],
  ['100 000 levels with other keys', nested('{"a":1,"b":', '}', '1'), nested('{"a":1,"c":', '}', '1'), 2],
  ['arrays that never end', '['.repeat(10_000_000), '['.repeat(9_999_999), 1],
  ['10 MB of other numbers', `[${'1,'.repeat(5 * many)}1]`, `[${'2,'.repeat(5 * many)}1]`, 5 * many],
  ['10 MB of equal numbers and one more', `[${'1,'.repeat(5 * many)}1]`, `[${'1,'.repeat(5 * many)}1,1]`, 1],
  ['a string of 10 MB', JSON.stringify('x'.repeat(10 * many)), JSON.stringify(`${'x'.repeat(10 * many)}y`), 1],
  ['10 MB of escapes', JSON.stringify('\n'.repeat(5 * many)), JSON.stringify(`${'\n'.repeat(5 * many)}y`), 1],
  ['a key of 10 MB', `{"${'k'.repeat(10 * many)}":1}`, `{"${'k'.repeat(10 * many)}":2}`, 1],
  ['a key given a million times', `{${'"a":1,'.repeat(many)}"a":1}`, `{${'"a":1,'.repeat(many - 1)}"a":1}`, 1],
  ['a number of a million digits', '1'.repeat(many), `${'1'.repeat(many - 1)}2`, 1],
  ['exponents past any number', '[1e999999999999]', '[1e99999999999999999999]', 1]
]

describe('hostile bodies', () => {
  for (const [name, legacy, candidate, total] of rows) {
    it(`${name}: bounded time, ${total} found`, () => {
      const from = performance.now()
      assert.equal(compareResponses(answer(legacy), answer(candidate)).total, total)
      assert.ok(performance.now() - from < boundMs)
    })
  }

  it('deep ones under rules for every place', () => {
    const from = performance.now()
    const comparison = compareResponses(answer(nested('[1,', ']', '1')), answer(nested('[2,', ']', '2')), { plan: rules })
    assert.equal(comparison.total, deep + 1)
    assert.ok(comparison.differences.length <= 1000)
    assert.ok(performance.now() - from < boundMs)
  })

  it('many small events, lines and parts', () => {
    const list = (type: string, item: (n: number) => string, other: (n: number) => string) => {
      const body = (one: (n: number) => string) => answer(Array.from({ length: 50_000 }, (_, n) => one(n)).join(''), type)
      return compareResponses(body(item), body(other)).total
    }
    assert.equal(list('text/event-stream', n => `data: ${n}\n\n`, n => `data: ${n}!\n\n`), 50_000)
    assert.equal(list('application/x-ndjson', n => `[${n}]\n`, n => `[${n},0]\n`), 50_000)
    assert.equal(list('application/x-www-form-urlencoded', n => `k${n}=1&`, n => `k${n}=2&`), 50_000)
  })
})
