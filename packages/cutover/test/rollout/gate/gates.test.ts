import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateSettings } from '../../../src/config/rollout-settings.ts'
import { splitAlpha } from '../../../src/rollout/gate/alpha.ts'
import { gatesOf } from '../../../src/rollout/gate/gates.ts'
import { Traffic } from './traffic.ts'

const all: readonly GateSettings[] = [
  { kind: 'errorRate', name: 'errorRate', bound: { below: 0.001, relativeToLegacy: 1.2 } },
  { kind: 'fallbacks', name: 'fallbacks', bound: { below: 0.001, relativeToLegacy: undefined } },
  { kind: 'latency', name: 'p95', quantile: 0.95, bound: { below: 50, relativeToLegacy: 1.25 } },
  { kind: 'memory', name: 'memory', bound: { below: 150e6, relativeToLegacy: 2 } },
  { kind: 'cpu', name: 'cpu', bound: { below: 0.8, relativeToLegacy: undefined } },
  { kind: 'eventLoopDelay', name: 'eventLoopDelay', bound: { below: 20, relativeToLegacy: undefined } },
  { kind: 'parity', name: 'parity', differences: 0, verify: true, live: 10 },
  { kind: 'sampleRatio', name: 'sampleRatio' },
  { kind: 'custom', name: 'queue', check: () => 'pass' },
  { kind: 'prometheus', name: 'lag', url: new URL('http://127.0.0.1:9090'), query: 'x', below: 1, above: undefined }
]

test('without data no gate passes, whatever kind it is', () => {
  const gates = gatesOf({ gates: all, alpha: 0.01, confidence: 0.95 }, { sticky: false })
  const results = gates.judge(gates.enterStage(gates.open()))
  assert.deepEqual(results.map(({ gate }) => gate), ['burst', ...all.map(({ name }) => name)])
  for (const { gate, verdict, samples, reason } of results) {
    assert.deepEqual([verdict, samples], ['no data', 0], gate)
    assert.ok(reason.length > 0 && !reason.includes('\n'), gate)
  }
})

test('what gates have seen is plain JSON, from which they go on', () => {
  // Traffic takes its state through JSON at every tick; this one does not.
  const gates = gatesOf({ gates: all, alpha: 0.01, confidence: 0.95 }, { sticky: false })
  const kept = new Traffic(all).ticks(20, { candidate: { requests: 50, failures: 1, latencies: [80] }, legacy: { requests: 50, latencies: [20, 20, 20] } })
  assert.deepEqual(JSON.parse(JSON.stringify(kept.state)), kept.state)
  assert.deepEqual(gates.judge(kept.state), kept.gates.judge(kept.state))
  for (const result of gates.judge(kept.state)) assert.deepEqual(JSON.parse(JSON.stringify(result)), result)
})

test('what the gates get of alpha adds up to it, and gates that do not alarm by chance get none', () => {
  const alphas = splitAlpha(0.01, all)
  assert.ok(Math.abs(alphas.reduce((sum, each) => sum + each, 0) - 0.01) < 1e-12)
  all.forEach(({ kind }, place) => assert.equal(alphas[place]! > 0, ['errorRate', 'fallbacks', 'latency', 'sampleRatio'].includes(kind), kind))
  assert.deepEqual(splitAlpha(0.01, all.filter(({ kind }) => kind === 'memory')), [0])
})

test('with more gates each needs more evidence', () => {
  const fail = (gates: readonly GateSettings[]): number => new Traffic(gates).ticks(5, { candidate: { requests: 10, failures: 2 } }).failure()!.alarmAt!
  assert.ok(fail([all[0]!, all[2]!]) > fail([all[0]!]))
})

test('a gate that is new in the config begins with nothing seen', () => {
  const before = new Traffic([all[1]!]).ticks(3, { candidate: { requests: 10 } })
  const gates = gatesOf({ gates: all, alpha: 0.01, confidence: 0.95 }, { sticky: false })
  assert.deepEqual(gates.judge(before.state).slice(0, 3).map(({ samples }) => samples), [30, 0, 30])
})
