import assert from 'node:assert/strict'
import { test } from 'node:test'
import pc from 'picocolors'
import type { BenchResult, Block, LatencyBlock } from '../../../src/bench/result.ts'
import { matrixOf } from '../../../src/bench/verdict.ts'
import { axisOf, intervalPlot } from '../../../src/cli/bench/plot.ts'
import { benchView, ratioText } from '../../../src/cli/bench/view.ts'

const block = (backend: string, rate: number): Block => ({ start: 0, round: 0, backend, rate, failed: 0, cpuMs: 0.1, busy: 1, generatorBusy: 0.5, p50: 1, p95: 2 })
const latency = (backend: string, p95: number): LatencyBlock => ({ start: 0, round: 0, backend, sent: 100, failed: 0, late: 0, percentiles: { 95: p95 }, histogram: [] })
const interval = (low: number, value: number, high: number) => ({ low, value, high })

const result: BenchResult = {
  version: 1,
  id: '2026-01-01T00-00-00-abcd',
  at: '2026-01-01T00:00:00.000Z',
  seconds: 61,
  baseline: 'legacy',
  backends: ['legacy', 'candidate', 'hono'].map(name => ({ name, framework: `${name} 5.1.0`, startMs: [200], idleBytes: [60e6], peakBytes: [name === 'legacy' ? 100e6 : 80e6] })),
  routes: [
    {
      route: 'list',
      feature: 'vehicles',
      connections: 50,
      answers: 'same',
      blocks: [block('legacy', 3012), block('candidate', 9120), block('hono', 2900)],
      offered: 1950,
      latencies: [latency('legacy', 1.2), latency('candidate', 0.5)],
      floor: { rate: interval(0.98, 1.01, 1.04), p95: interval(0.9, 1, 1.1) },
      comparisons: [
        { backend: 'candidate', rate: interval(2.91, 3.03, 3.16), p50: null, p95: interval(0.38, 0.42, 0.46), p99: null, cpu: interval(0.3, 0.33, 0.36) },
        { backend: 'hono', rate: interval(0.93, 0.96, 0.99), p50: null, p95: null, p99: null, cpu: null }
      ],
      steady: {},
      notes: ['The load generator was the limit, not the backend: candidate (98 %) of its core. What it was the limit of is at least as fast as shown.']
    },
    { route: 'bad', feature: undefined, connections: 50, answers: 'different', difference: 'candidate: GET /bad: /status is another', blocks: [], offered: null, latencies: [], floor: null, comparisons: [], steady: {}, notes: [] }
  ],
  overall: [],
  environment: { node: 'v20.1.0', cpu: 'A CPU', cores: 2, platform: 'linux x64', generator: 'autocannon', cutover: '0' },
  notes: []
}

const shown = (width: number, color = false): string => benchView(result, {
  matrix: matrixOf(result, { 'schemas and types': { legacy: 'Joi by hand on each route, and nothing else at all', candidate: 'TypeBox' } }),
  since: { id: 'before', at: result.at, changes: [{ route: 'list', connections: 50, backend: 'candidate', figure: 'rate', before: interval(2, 2.1, 2.2), now: interval(2.91, 3.03, 3.16), verdict: 'faster' }] },
  titles: { list: 'GET /api/vehicles' },
  width,
  colors: pc.createColors(color),
  savedAs: 'after'
})

test('every line fits the terminal, at 80 and 120 columns', () => {
  for (const width of [80, 120]) for (const line of shown(width).split('\n')) assert.ok(line.length <= width, `${line.length}: ${line}`)
})

test('a reader sees the answers that differ first, then ratios with intervals, verdicts and the floor', () => {
  const text = shown(80)
  assert.match(text, /^answers differ {2}bad\n {4}candidate: GET \/bad: \/status is another\n/)
  assert.match(text, /candidate +9,120 {2}3\.03× {2}2\.91 – 3\.16 .*faster/)
  assert.match(text, /hono +2,900 {2}0\.96× {2}0\.93 – 0\.99 .*slower/)
  assert.match(text, /p95 at 1,950 a second {3}legacy 1\.2ms\n +candidate +0\.50ms {2}0\.42× {2}0\.38 – 0\.46 .*faster/)
  assert.match(text, /floor +1\.01× {2}0\.98 – 1\.04 .*legacy over itself/)
  assert.match(text, /! The load generator was the limit/)
  assert.match(text, /memory at its peak +100 MB +80 MB {2}0\.80×/)
  assert.match(text, /candidate +requests a second of list at 50: 2\.10× then, 3\.03× now, faster/)
  assert.match(text, /kept as after$/)
})

test('an interval is drawn on a logarithmic axis with a line at 1; ends beyond it are marked', () => {
  assert.equal(intervalPlot(interval(2, 4, 8), [0.5, 8], 13), '   │  ├──●──┤')
  assert.equal(intervalPlot(interval(0.01, 1, 100), [0.5, 2], 13), '◂─────●─────▸')
  const [low, high] = axisOf([interval(0.001, 2, 1000)])
  assert.ok(low < 1 && high > 2 && high < 10)
})

test('ratios keep a readable number of digits', () => {
  assert.equal(ratioText(interval(2.5, 3, 3.5)), '3.00×  2.50 – 3.50')
  assert.equal(ratioText(interval(11, 12.34, 13)), '12.3×  11.0 – 13.0')
  assert.equal(ratioText(interval(0, 1, Infinity)), '1.00×  0.00 – …')
})

test('in the matrix the best stands out only where that is shown', () => {
  const text = shown(120, true)
  assert.ok(text.includes('\x1b[32m3.03×\x1b[39m'), 'faster, and shown')
  assert.ok(!text.includes('\x1b[32m80 MB'), 'started once: nothing is shown of its memory')
})
