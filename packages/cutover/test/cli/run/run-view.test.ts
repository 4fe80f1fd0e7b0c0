import assert from 'node:assert/strict'
import { test } from 'node:test'
import pc from 'picocolors'
import { exitOf, summaryOf, type StageOutcome } from '../../../src/cli/run/outcome.ts'
import { gateLines, heldLine, rolloutTick, stageFoot, stageHead } from '../../../src/cli/run/run-view.ts'
import { asLoad } from '../../../src/cli/run/traffic.ts'
import { widthOf } from '../../../src/cli/text-table.ts'
import type { FeatureRollout } from '../../../src/config/admin-api.ts'
import type { GateResult } from '../../../src/config/control.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'

const stage = (name: StageOutcome['stage'], state: StageOutcome['state'], why = 'so', more: Partial<StageOutcome> = {}): StageOutcome => ({ stage: name, state, seconds: 1, why, ...more })
const results: readonly GateResult[] = ['burst', 'errorRate', 'p95', 'memory', 'sampleRatio', 'parity'].map(gate => ({ gate, verdict: 'pass', reason: 'a reason that is long enough to be cut where the terminal is narrow, as they are in eighty columns', samples: 10 }))
const rollout: FeatureRollout = { rollout: 'r', feature: 'everything-else', phase: 'running', stage: 1, stages: [1000, 10_000], startedAt: '2026-01-01T00:00:00Z', stageStartedAt: '2026-01-01T00:00:00Z', holdMs: 0, requests: 1200, minimumRequests: 50, gates: [], detail: 'waits for p95 to pass' }

test('what could not be run is worse than a no, and a no worse than nothing', () => {
  assert.equal(exitOf([stage('verify', 'yes'), stage('bench', 'skipped'), stage('rollout', 'yes'), stage('report', 'yes')]), 0)
  assert.equal(exitOf([stage('verify', 'no'), stage('bench', 'not reached'), stage('report', 'yes')]), 1)
  assert.equal(exitOf([stage('rollout', 'no'), stage('report', 'broken')]), 3)
  assert.equal(exitOf([stage('rollout', 'interrupted')]), 3)
})

test('the summary names the stage that ended the run, or where the features are', () => {
  assert.equal(summaryOf([stage('verify', 'no', 'a\nb'), stage('rollout', 'not reached')], []), 'verify: a')
  assert.equal(summaryOf([stage('rollout', 'no', 'long', { brief: 'short' })], []), 'rollout: short')
  assert.equal(summaryOf([stage('rollout', 'yes')], [rollout, { ...rollout, feature: 'health' }]), 'everything-else, health are at 100%')
})

for (const columns of [60, 80, 120]) {
  test(`every line fits ${columns} columns`, () => {
    const view = { columns, colors: pc.createColors(true) }
    const lines = [
      stageHead(3, 'rollout', 'the scenarios of this project as load, and more that does not fit any terminal that anybody has', view),
      ...stageFoot('no', `${'word '.repeat(40)}\nand more`, 12.3, view),
      heldLine({ feature: 'everything-else', share: 2500, seconds: 2, requests: 123_456, results, failed: false }, 15, view),
      ...gateLines({ event: 'completed', results }, view),
      ...gateLines({ event: 'failed', results: results.map(result => ({ ...result, verdict: 'no data' as const })) }, view)
    ]
    for (const line of lines) assert.ok(widthOf(line) <= columns, `${widthOf(line)}: ${line}`)
  })
}

test('the live line says what is waited for, and what the clients noticed', () => {
  const tally = { requests: 5000, failed: 1, unexpected: 2, candidate: 0, unsent: 0, slowestMs: 1, examples: [] }
  assert.equal(rolloutTick([rollout], tally, new Date('2026-01-01T00:00:01.500Z')), 'everything-else ██████████ 100% · 1.5 s · 1,200 of 50 · 5,000 sent, 3 noticed · waits for p95 to pass')
})

test('a scenario is load for the features that its steps ask, each by its part', () => {
  const settings = resolveConfig({ legacy: { origin: 'http://127.0.0.1:1' }, candidate: { origin: 'http://127.0.0.1:2' }, features: { cars: { routes: ['/cars', '/cars/*'] }, health: { routes: ['GET /health'] } } }, { folder: '/' })
  const steps = ['GET /cars', 'GET /cars/${id}?deep=1', 'GET /health', 'POST /health'].map(request => ({ request })) // eslint-disable-line no-template-curly-in-string
  assert.deepEqual(asLoad([{ name: 'x', steps }], settings)[0]?.features, { cars: 0.5, health: 0.25 })
})
