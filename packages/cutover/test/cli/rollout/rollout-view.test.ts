import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import pc from 'picocolors'
import type { FeatureRollout, RolloutPhase } from '../../../src/config/admin-api.ts'
import type { GateResult } from '../../../src/config/control.ts'
import { valueText } from '../../../src/cli/rollout/gate-rows.ts'
import { rolloutCell } from '../../../src/cli/rollout/rollout-cell.ts'
import { eventLine, rolloutLines, stageLine } from '../../../src/cli/rollout/rollout-view.ts'
import { statusLines } from '../../../src/cli/status-view.ts'
import { widthOf } from '../../../src/cli/text-table.ts'
import { featureStatus, statusResponse } from '../harness.ts'

const now = new Date('2026-01-01T00:01:00Z')
const view = (columns: number, color = false) => ({ columns, colors: pc.createColors(color), now })
const phases: readonly RolloutPhase[] = ['waiting', 'running', 'paused', 'failed', 'aborted', 'completed']
const gate = (some: Partial<GateResult> = {}): GateResult => ({ gate: 'errorRate', verdict: 'pass', reason: 'all well', samples: 1_204, value: 0.0004, bound: 0.001, unit: 'part', upper: 0.0009, ...some })
const rollout = (some: Partial<FeatureRollout> = {}): FeatureRollout => ({
  rollout: 'vehicles-1', feature: 'vehicles', phase: 'running', stage: 1, stages: [100, 1_000, 2_500, 5_000, 10_000], version: 'v2', startedAt: '2026-01-01T00:00:00.000Z', stageStartedAt: '2026-01-01T00:00:26.000Z', holdMs: 26_000, requests: 1_204, minimumRequests: 500, gates: [gate(), gate({ gate: 'p95', verdict: 'no data', reason: '40 requests, 59 are needed', samples: 40, unit: 'ms', value: 12.3, bound: 50, upper: 14 })], detail: 'waits for 26 s more, p95 to pass', ...some
})

test('a rollout under way shows its stages, what it waits for, and every gate with its figures', () => {
  assert.deepEqual(rolloutLines([rollout()], view(100)), [
    '▶ vehicles  running  stage 2 of 5, 10%  for 34s  1,204 of 500 requests  version v2',
    '  1% ✔ ── 10% ● ── 25% ○ ── 50% ○ ── 100% ○',
    '  waits for 26 s more, p95 to pass',
    '     gate       verdict  value  bound    upper          samples',
    '  ✔  errorRate  pass     0.04%  of 0.1%  at most 0.09%    1,204',
    '  ◌  p95        no data   12ms  of 50ms  at most 14ms        40  40 requests, 59 are needed'
  ])
})

test('one that was taken back says why, with the gate', () => {
  const lines = rolloutLines([rollout({ phase: 'failed', detail: 'errorRate: 12 of 400 failed', gates: [gate({ verdict: 'fail', reason: '12 of 400 failed', value: 0.03 })], coolsUntil: '2026-01-01T00:10:00.000Z' })], view(80))
  assert.match(lines[0]!, /^✖ vehicles {2}failed {2}stage 2 of 5, 10%/)
  assert.equal(lines[1], '  1% ✔ ── 10% ✖ ── 25% ○ ── 50% ○ ── 100% ○')
  assert.deepEqual(lines.slice(2, 4), ['  errorRate: 12 of 400 failed', '  left alone for 9m 0s more'])
  assert.match(lines.join('\n'), /✖ {2}errorRate {2}fail +3%/)
})

test('no line is wider than the terminal, whatever is shown', () => {
  const gates = fc.array(fc.record({
    gate: fc.stringMatching(/^[a-z][A-Za-z0-9-]{0,20}$/), verdict: fc.constantFrom('pass' as const, 'fail' as const, 'no data' as const), reason: fc.stringMatching(/^[ -~]{0,150}$/), samples: fc.nat(), value: fc.double({ min: 0, max: 1e4, noNaN: true }), bound: fc.double({ min: 0, max: 1e4, noNaN: true }), unit: fc.constantFrom('part' as const, 'ms' as const, 'bytes' as const, 'cores' as const, 'count' as const, 'number' as const)
  }), { maxLength: 4 })
  fc.assert(fc.property(gates, fc.constantFrom(...phases), fc.stringMatching(/^[ -~]{0,200}$/), fc.integer({ min: 80, max: 160 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), (gates, phase, detail, columns, count, color) => {
    const stages = Array.from({ length: count }, (_, place) => (place + 1) * 250)
    const one = rollout({ gates, phase, detail, stages, stage: count >> 1 })
    for (const line of rolloutLines([one, one], view(columns, color))) assert.ok(widthOf(line) <= columns, line)
    assert.ok(widthOf(stageLine(one, 60, pc.createColors(color))) <= 60)
  }), { numRuns: 100 })
})

test('many stages are cut around the one that is under way', () => {
  const stages = Array.from({ length: 40 }, (_, place) => (place + 1) * 250)
  assert.match(stageLine(rollout({ stages, stage: 20 }), 60, pc.createColors(false)), /^… ── .*52\.5% ●/)
})

test('every phase has a cell, and status a column once there was a rollout', () => {
  const colors = pc.createColors(false)
  assert.deepEqual(phases.map(phase => rolloutCell(rollout({ phase }), colors)), ['◌ waiting', '▶ running 2/5', '‖ paused 2/5', '✖ failed 2/5', '■ aborted 2/5', '✔ completed'])
  assert.equal(rolloutCell(rollout({ phase: 'failed', gates: [gate({ verdict: 'fail' })] }), colors), '✖ failed 2/5 errorRate')
  const features = [featureStatus('health'), featureStatus('vehicles')]
  assert.doesNotMatch(statusLines(statusResponse({ features }), view(150)).join('\n'), /rollout/)
  const lines = statusLines(statusResponse({ features, rollouts: [rollout()] }), view(150))
  const header = lines.find(line => line.startsWith('feature'))!
  const vehicles = lines.find(line => line.startsWith('vehicles'))!
  assert.equal(header.indexOf('rollout'), vehicles.indexOf('▶ running 2/5'))
  assert.ok(statusLines(statusResponse({ features, rollouts: [rollout()] }), view(70)).includes('  rollout ▶ running 2/5'))
})

test('values stand in the unit of their gate', () => {
  assert.deepEqual([
    valueText(0.00042, 'part'), valueText(12.34, 'ms'), valueText(148_300_000, 'bytes'), valueText(2.5e9, 'bytes'), valueText(0.8, 'cores'), valueText(12_000, 'count'), valueText(3.14159, undefined), valueText(undefined, 'ms'), valueText(Infinity, 'part')
  ], ['0.042%', '12ms', '148.3MB', '2.50GB', '80%', '12,000', '3.142', '–', '–'])
})

test('an event is one line that fits', () => {
  const line = eventLine({ at: '2026-01-01T12:34:56.000Z', kind: 'rollout', event: 'stage', rollout: 'a', feature: 'vehicles', stage: 2, share: 2_500, who: 'rollout', why: 'w'.repeat(300) }, view(80))
  assert.match(line, /^12:34:56 {2}vehicles {2}raised to 25%, stage 3 {2}rollout: www/)
  assert.equal(line.length, 80)
})
