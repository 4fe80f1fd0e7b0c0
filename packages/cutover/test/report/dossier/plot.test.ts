import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Block, LatencyBlock } from '../../../src/bench/result.ts'
import { evidenceText, intervalText, lastingText, millisecondsText, numberText } from '../../../src/report/dossier/figures.ts'
import { thinned } from '../../../src/report/dossier/history.ts'
import { linearScale, logScale, timeScale } from '../../../src/report/dossier/plot/scale.ts'
import { percentileCurve, rateOf } from '../../../src/report/dossier/speed.ts'

const block = (backend: string, rate: number): Block => ({ start: 0, round: 0, backend, rate, failed: 0, cpuMs: null, busy: null, generatorBusy: null, p50: 1, p95: 1 })
const latencies = (histogram: LatencyBlock['histogram']): LatencyBlock => ({ start: 0, round: 0, backend: 'legacy', sent: 0, failed: 0, late: 0, percentiles: {}, histogram })

test('percentiles are those of all blocks together, and end before a single request decides', () => {
  const curve = percentileCurve([latencies([[1, 50], [2, 40]]), latencies([[3, 9], [50, 1]])])
  const at = (part: number) => curve.find(([each]) => each >= part - 1e-9)![1]
  assert.deepEqual([at(0), at(0.5), at(0.51), at(0.9), at(0.95), at(0.99)], [1, 1, 2, 2, 3, 3])
  assert.ok(curve.at(-1)![0] <= 0.99)
  assert.deepEqual(percentileCurve([]), [])
  assert.deepEqual(percentileCurve([latencies([[1, 0]])]), [])
})

test('a mean of blocks has Student\'s interval; one block has none', () => {
  const { value, low, high, blocks } = rateOf('legacy', [98, 102, 100, 100].map(rate => block('legacy', rate)))!
  assert.deepEqual([value, blocks], [100, 4])
  // 3.182 · 1.633 / 2
  assert.ok(Math.abs(low! - 97.402) < 0.01 && Math.abs(high! - 102.598) < 0.01)
  assert.deepEqual([rateOf('legacy', [block('legacy', 5)])!.low, rateOf('candidate', [block('legacy', 5)])], [null, undefined])
})

test('axes have round marks that hold all values', () => {
  assert.deepEqual(linearScale([0, 47], [0, 100]).ticks, [0, 10, 20, 30, 40, 50])
  assert.equal(linearScale([0, 47], [0, 100])(50), 100)
  assert.deepEqual(linearScale([0, 0], [0, 100]).ticks.length > 1, true)
  assert.deepEqual(logScale([0.1, 1000], [0, 100]).ticks, [0.1, 1, 10, 100, 1000])
  assert.equal(logScale([0.1, 1000], [0, 100])(10), 50)
  assert.equal(logScale([1, 100], [0, 100])(0), 0)
  const minute = Date.parse('2026-03-04T09:00:00Z')
  assert.deepEqual(timeScale([minute - 5000, minute + 125_000], [0, 100]).ticks, [minute, minute + 30_000, minute + 60_000, minute + 90_000, minute + 120_000].filter(tick => timeScale([minute - 5000, minute + 125_000], [0, 100]).ticks.includes(tick)))
  assert.ok(timeScale([minute, minute], [0, 100])(minute) === 0)
})

test('thinning keeps the first and the last', () => {
  assert.deepEqual(thinned([1, 2, 3, 4, 5, 6, 7], 3), [1, 4, 7])
  assert.deepEqual(thinned([1, 2], 3), [1, 2])
})

test('figures say what is missing, and never make it a nought', () => {
  assert.deepEqual([numberText(null), millisecondsText(undefined), intervalText(null), evidenceText(null), numberText(Number.NaN)], ['–', '–', '–', '–', '–'])
  assert.deepEqual([millisecondsText(0.417), millisecondsText(12.4), millisecondsText(1250), numberText(12_345), numberText(0.12345)], ['0.42 ms', '12 ms', '1.25 s', '12,345', '0.123'])
  assert.equal(intervalText({ value: 2.314, low: 2.2, high: 2.4 }), '2.31× (2.20–2.40)')
  assert.deepEqual([evidenceText(3.1e12), evidenceText(Number.POSITIVE_INFINITY), evidenceText(0.00004)], ['3.1e+12', '∞', '4.0e-5'])
  assert.deepEqual([lastingText(850), lastingText(192_000), lastingText(14 * 86_400_000), lastingText(90_000_000)], ['850 ms', '3 min 12 s', '14 d', '1 d 1 h'])
})
