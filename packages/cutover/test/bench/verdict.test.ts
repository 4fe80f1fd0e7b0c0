import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BenchResult, Interval } from '../../src/bench/result.ts'
import { changeOf, changesSince, matrixOf, verdictOf } from '../../src/bench/verdict.ts'

const interval = (low: number, value: number, high: number): Interval => ({ low, value, high })

function resultOf (rate: Interval, p95: Interval | null = null): BenchResult {
  const backend = (name: string, bytes: number) => ({ name, framework: undefined, startMs: [200, 210], idleBytes: [], peakBytes: [bytes, bytes] })
  return {
    version: 1,
    id: 'a',
    at: '2026-01-01T00:00:00.000Z',
    seconds: 1,
    baseline: 'legacy',
    backends: [backend('legacy', 100e6), backend('candidate', 80e6)],
    routes: [{
      route: 'list',
      feature: undefined,
      connections: 10,
      answers: 'same',
      blocks: [],
      offered: null,
      latencies: [],
      floor: null,
      steady: {},
      notes: [],
      comparisons: [{ backend: 'candidate', rate, p50: null, p95, p99: null, cpu: null }]
    }],
    overall: [],
    environment: { node: 'v20', cpu: 'x', cores: 2, platform: 'linux x64', generator: 'autocannon', cutover: '0' },
    notes: []
  }
}

test('an interval that holds 1 shows no difference, on either side of it', () => {
  assert.equal(verdictOf(interval(0.99, 1.2, 1.5), 'more'), 'no difference shown')
  assert.equal(verdictOf(interval(1.01, 1.2, 1.5), 'more'), 'faster')
  assert.equal(verdictOf(interval(1.01, 1.2, 1.5), 'less'), 'slower')
  assert.equal(verdictOf(interval(0.3, 0.4, 0.5), 'less'), 'faster')
  assert.equal(verdictOf(interval(0.3, 0.4, 0.5), 'more'), 'slower')
})

test('what legacy differs from itself by as much is no difference', () => {
  assert.equal(verdictOf(interval(1.01, 1.03, 1.05), 'more', interval(0.9, 0.96, 1.02)), 'no difference shown')
  assert.equal(verdictOf(interval(1.2, 1.3, 1.4), 'more', interval(0.9, 0.96, 1.02)), 'faster')
})

test('two benches are compared by their ratios, with the doubt of both', () => {
  const change = changeOf(interval(2.7, 3, 3.3), interval(1.8, 2, 2.2))
  assert.equal(change.value.toFixed(2), '1.50')
  assert.ok(change.low > 1.2 && change.high < 1.9)
  const [rate] = changesSince(resultOf(interval(2.7, 3, 3.3)), resultOf(interval(1.8, 2, 2.2)))
  assert.deepEqual([rate!.figure, rate!.verdict], ['rate', 'faster'])
  assert.equal(changesSince(resultOf(interval(2.7, 3, 3.3)), resultOf(interval(2, 2.9, 4)))[0]!.verdict, 'no difference shown')
})

test('the matrix holds what was measured, then the facts', () => {
  const rows = matrixOf(resultOf(interval(2, 4, 8)), { OpenAPI: { candidate: 'generated' } })
  assert.deepEqual(rows.map(({ question }) => question), ['requests a second', 'memory at its peak', 'time to start', 'OpenAPI'])
  assert.equal(rows[0]!.cells.candidate!.value, 4)
  assert.equal(rows[1]!.cells.candidate!.ratio!.toFixed(2), '0.80')
  assert.deepEqual([rows[0]!.cells.candidate!.shown, rows[1]!.cells.candidate!.shown], [true, false])
  assert.equal(matrixOf(resultOf(interval(0.9, 4, 8)), {})[0]!.cells.candidate!.shown, false)
  assert.deepEqual([rows[3]!.cells.candidate!.text, rows[3]!.cells.legacy!.text], ['generated', ''])
})
