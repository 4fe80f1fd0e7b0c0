import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle, tabulate, type Outcome } from '../../benchmarks/proofs/ledger-check.ts'
import { countMoves, isOutside } from '../../benchmarks/proofs/split-check.ts'

const read = (id: string, more: Partial<Outcome> = {}): Outcome => ({ id, safe: true, phase: 'healthy', status: 200, right: true, routedTo: 'candidate', milliseconds: 1, ...more })
const write = (id: string, more: Partial<Outcome> = {}): Outcome => read(id, { safe: false, status: 201, ...more })

test('writes that were confirmed and stored once are in order', () => {
  assert.deepEqual(settle([read('r'), write('a'), write('b')], new Map([['a', 1], ['b', 1]])),
    { safeFailed: 0, writesDoubled: 0, writesLostSilently: 0, unsafeFailed: 0, unsafeFailedYetStored: 0, unknown: 0 })
})

test('a write that is stored twice is found, whatever its client was told', () => {
  assert.equal(settle([write('a'), write('b')], new Map([['a', 2], ['b', 1]])).writesDoubled, 1)
  assert.equal(settle([write('a', { status: 502 })], new Map([['a', 2]])).writesDoubled, 1)
})

test('a write that was confirmed and is not stored is a silent loss', () => {
  assert.equal(settle([write('a'), write('b')], new Map([['b', 1]])).writesLostSilently, 1)
})

test('a write whose client was told of a failure is not lost silently, stored or not', () => {
  const account = settle([write('a', { status: 504 }), write('b', { status: 0 })], new Map([['b', 1]]))
  assert.equal(account.writesLostSilently, 0)
  assert.equal(account.unsafeFailed, 2)
  assert.equal(account.unsafeFailedYetStored, 1)
})

test('a read fails with an error, with no answer, and with another request\'s answer', () => {
  assert.equal(settle([read('a', { status: 502 }), read('b', { status: 0 }), read('c', { right: false }), read('d')], new Map()).safeFailed, 3)
})

test('a stored id that nobody sent is reported', () => {
  assert.equal(settle([write('a')], new Map([['a', 1], ['z', 1]])).unknown, 1)
})

test('phases are counted apart, with the slowest answer of each', () => {
  const rows = tabulate([read('a'), write('b', { phase: 'killed', status: 502, milliseconds: 7.4 }), read('c', { phase: 'killed', routedTo: 'legacy' })])
  assert.deepEqual(rows.map(row => [row.phase, row.safe, row.unsafe, row.unsafeFailed, row.byLegacy, row.slowest]),
    [['healthy', 1, 0, 0, 0, 1], ['killed', 1, 1, 1, 1, 7]])
})

test('a split near its share is inside, a planted unequal one is outside', () => {
  assert.ok(!isOutside({ kind: 'random', share: 5_000, requests: 20_000, candidate: 10_150 }))
  assert.ok(isOutside({ kind: 'random', share: 5_000, requests: 20_000, candidate: 10_400 }))
  assert.ok(!isOutside({ kind: 'random', share: 100, requests: 20_000, candidate: 225 }))
  assert.ok(isOutside({ kind: 'random', share: 100, requests: 20_000, candidate: 260 }))
  assert.ok(isOutside({ kind: 'random', share: 9_900, requests: 20_000, candidate: 19_700 }))
})

test('at 0 and 100 % a single request on the other side is outside', () => {
  assert.ok(!isOutside({ kind: 'random', share: 0, requests: 1_000, candidate: 0 }))
  assert.ok(isOutside({ kind: 'random', share: 0, requests: 1_000, candidate: 1 }))
  assert.ok(!isOutside({ kind: 'random', share: 10_000, requests: 1_000, candidate: 1_000 }))
  assert.ok(isOutside({ kind: 'random', share: 10_000, requests: 1_000, candidate: 999 }))
})

test('no requests prove no split', () => {
  assert.ok(isOutside({ kind: 'random', share: 5_000, requests: 0, candidate: 0 }))
})

test('a user who leaves the candidate on a raise, or joins it on a lowering, is counted', () => {
  const steps = (...sides: Array<[share: number, ...users: number[]]>) => sides.map(([share, ...users]) => ({ share, onCandidate: users.map(Boolean) }))
  assert.deepEqual(countMoves(steps([0, 0, 0], [5_000, 1, 0], [10_000, 1, 1], [5_000, 1, 0], [0, 0, 0])), { onRaise: 0, onLower: 0 })
  assert.deepEqual(countMoves(steps([1_000, 1, 0], [5_000, 0, 1])), { onRaise: 1, onLower: 0 })
  assert.deepEqual(countMoves(steps([5_000, 1, 0], [1_000, 0, 1])), { onRaise: 0, onLower: 1 })
  assert.deepEqual(countMoves(steps([5_000, 1, 0], [5_000, 0, 1])), { onRaise: 1, onLower: 1 })
})
