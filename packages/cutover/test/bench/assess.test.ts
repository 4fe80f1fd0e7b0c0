import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assess, cpuRatiosOf, notesOf, offeredRate, overallOf, ratiosOf } from '../../src/bench/assess.ts'
import type { Block, LatencyBlock } from '../../src/bench/result.ts'

function block (backend: string, some: Partial<Block> = {}): Block {
  return { start: 0, round: 0, backend, rate: 1000, failed: 0, cpuMs: 0.5, busy: 1, generatorBusy: 0.4, foreign: 0, p50: 1, p95: 2, ...some }
}

function latency (backend: string, some: Partial<LatencyBlock> = {}): LatencyBlock {
  return { start: 0, round: 0, backend, sent: 1000, failed: 0, late: 0, percentiles: { 50: 1, 95: 2, 99: 3 }, histogram: [], ...some }
}

/** Four starts of two rounds. */
function blocksOf (rates: Readonly<Record<string, number>>): Block[] {
  return Array.from({ length: 8 }, (_, at) => Object.entries(rates).map(([backend, rate]) => block(backend, { start: at >> 1, round: at % 2, rate: rate * (1 + at / 100) }))).flat()
}

test('blocks are compared within their round, and the second instance of legacy is the floor', () => {
  const { comparisons, floor } = assess(blocksOf({ legacy: 100, twin: 101, candidate: 300 }), [], 'legacy')
  assert.deepEqual(comparisons.map(({ backend, rate }) => [backend, rate.value.toFixed(3), rate.low.toFixed(3)]), [['candidate', '3.000', '3.000']])
  assert.equal(floor!.rate.value.toFixed(3), '1.010')
  assert.equal(comparisons[0]!.p95, null)
})

test('latencies are compared at their percentiles', () => {
  const latencies = Array.from({ length: 3 }, (_, start) => [latency('legacy', { start }), latency('candidate', { start, percentiles: { 50: 0.5, 95: 0.5, 99: 3 } })]).flat()
  const [comparison] = assess(blocksOf({ legacy: 1, candidate: 1 }), latencies, 'legacy').comparisons
  assert.deepEqual([comparison!.p50!.value, comparison!.p95!.value, comparison!.p99!.value].map(value => value.toFixed(2)), ['0.50', '0.25', '1.00'])
})

test('a block without a partner, or in which nothing was answered, gives no ratio', () => {
  const blocks = [block('legacy'), block('candidate', { round: 1 }), block('candidate', { rate: 0 })]
  assert.deepEqual(ratiosOf(blocks, 'candidate', 'legacy', ({ rate }) => rate), [])
  assert.deepEqual(assess(blocks, [], 'legacy').comparisons, [])
})

test('CPU is added up over a start before it is compared: in a block it is counted in steps', () => {
  const blocks = [0, 1].flatMap(start => [block('legacy', { start, cpuMs: 0 }), block('legacy', { start, round: 1, cpuMs: 1 }), block('candidate', { start, cpuMs: 0.25 }), block('candidate', { start, round: 1, cpuMs: 0.25 })])
  assert.deepEqual(cpuRatiosOf(blocks, 'candidate', 'legacy'), [[0.5], [0.5]])
})

test('memory and start-up are compared start by start; what was started once is not compared', () => {
  const backend = (name: string, peakBytes: number[]) => ({ name, framework: undefined, startMs: [100], idleBytes: [], peakBytes })
  const { peakMemory, idleMemory, start } = overallOf(backend('candidate', [50, 100]), backend('legacy', [100, 200]))
  assert.equal(peakMemory!.value, 0.5)
  assert.deepEqual([idleMemory, start], [null, null])
})

test('the rate that is offered is one that the slowest backend can bear; a disturbed block does not lower it', () => {
  const blocks = [block('legacy', { rate: 1000 }), block('twin', { rate: 90 }), block('candidate', { rate: 3000 }), block('hono', { rate: 2000 })]
  assert.equal(offeredRate(blocks, 'legacy', 0.5), 500)
  assert.equal(offeredRate([...blocks, block('hono', { rate: 100 })], 'legacy', 0.5), 500)
  assert.equal(offeredRate([], 'legacy'), 0)
})

test('a generator that was the limit is said; a backend that was is not', () => {
  assert.deepEqual(notesOf([block('legacy', { busy: 0.99, generatorBusy: 0.5 })], []), [])
  const [note, ...others] = notesOf([block('legacy'), block('candidate', { busy: 0.6, generatorBusy: 0.98 })], [])
  assert.match(note!, /^The load generator was the limit, not the backend: candidate \(98 %\)/)
  assert.deepEqual(others, [])
  assert.match(notesOf([block('candidate', { busy: null, generatorBusy: 0.98 })], [])[0]!, /generator was the limit/)
})

test('a backend that waits is said, unless other programs had its core', () => {
  assert.match(notesOf([block('legacy', { busy: 0.3, foreign: 0.02 })], [])[0]!, /^Waiting was the limit.*legacy \(30 %\)/)
  assert.deepEqual(notesOf([block('legacy', { busy: 0.3, foreign: 0.6 })], []), [])
})

test('a sender that was late itself, and failed requests, are said', () => {
  assert.deepEqual(notesOf([], [latency('legacy', { late: 9 })]), [])
  assert.match(notesOf([block('legacy')], [latency('legacy', { late: 50 })])[0]!, /late itself: legacy \(5 %\)/)
  assert.match(notesOf([block('twin', { failed: 3 })], [latency('twin', { failed: 1 })])[0]!, /Failed requests: legacy's second instance 4\./)
})
