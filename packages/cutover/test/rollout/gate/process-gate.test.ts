import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoundSettings, GateSettings } from '../../../src/config/rollout-settings.ts'
import type { ProcessReading } from '../../../src/rollout/reading.ts'
import { Traffic } from './traffic.ts'

const gate = (kind: 'memory' | 'cpu' | 'eventLoopDelay', bound: Partial<BoundSettings>): GateSettings => ({ kind, name: kind, bound: { below: undefined, relativeToLegacy: undefined, ...bound } })
const process = (more: Partial<ProcessReading> = {}): ProcessReading => ({ pid: 1, residentBytes: 100e6, cpuSeconds: 0, eventLoopDelayMs: 1, ...more })

/** A second of ticks for each reading. */
function watch (traffic: Traffic, readings: ReadonlyArray<ProcessReading | undefined>, legacy?: ProcessReading): Traffic {
  for (const candidate of readings) {
    traffic.processes = { ...(candidate === undefined ? {} : { candidate }), ...(legacy === undefined ? {} : { legacy }) }
    for (let tick = 0; tick < 10; tick++) traffic.tick()
  }
  return traffic
}

const seconds = (count: number, make: (second: number) => ProcessReading | undefined) => Array.from({ length: count }, (_, second) => make(second))

test('memory: no data until it was watched for seconds, then a pass with what was seen', () => {
  const traffic = watch(new Traffic([gate('memory', { below: 150e6 })]), [process()])
  assert.equal(traffic.result('memory').verdict, 'no data')
  watch(traffic, seconds(3, () => process()))
  assert.deepEqual([traffic.result('memory').verdict, traffic.result('memory').value], ['pass', 100e6])
  assert.equal(traffic.result('memory').reason, '100 MB over the last 3 s, bound 150 MB')
})

test('memory: a leak is taken back once it is over the bound, a moment over it is not', () => {
  const traffic = new Traffic([gate('memory', { below: 150e6 })])
  watch(traffic, seconds(5, second => process({ residentBytes: second === 3 ? 400e6 : 100e6 })))
  assert.equal(traffic.failure(), undefined)
  watch(traffic, seconds(10, second => process({ residentBytes: 100e6 + 15e6 * second })))
  assert.equal(traffic.failure()?.gate, 'memory')
})

test('memory: relative to legacy', () => {
  const traffic = watch(new Traffic([gate('memory', { relativeToLegacy: 1.5 })]), seconds(4, () => process()), process({ pid: 2, residentBytes: 80e6 }))
  assert.equal(traffic.result('memory').verdict, 'pass')
  watch(traffic, seconds(4, () => process({ residentBytes: 130e6 })), process({ pid: 2, residentBytes: 80e6 }))
  assert.match(traffic.failure()!.reason, /130 MB over the last 3 s, bound 120 MB, 1.5 times legacy's 80 MB/)
})

test('memory: two backends in one process cannot be told apart, which is no data', () => {
  const traffic = watch(new Traffic([gate('memory', { relativeToLegacy: 1.5 })]), seconds(4, () => process()), process())
  assert.equal(traffic.result('memory').verdict, 'no data')
  assert.match(traffic.result('memory').reason, /share a process.*give the gate `below` instead/)
})

test('memory: what is not known is no data, and so is what is not known any more', () => {
  const traffic = watch(new Traffic([gate('memory', { below: 150e6 })]), seconds(4, () => undefined))
  assert.deepEqual([traffic.result('memory').verdict, traffic.result('memory').samples], ['no data', 0])
  watch(traffic, seconds(4, () => process()))
  assert.equal(traffic.result('memory').verdict, 'pass')
  watch(traffic, seconds(4, () => undefined))
  assert.equal(traffic.result('memory').verdict, 'no data')
})

test('cpu: the time used over the last seconds, of one core', () => {
  const traffic = watch(new Traffic([gate('cpu', { below: 0.8 })]), seconds(6, second => process({ cpuSeconds: 10 + 0.5 * second })))
  assert.equal(traffic.result('cpu').verdict, 'pass')
  assert.ok(Math.abs(traffic.result('cpu').value! - 0.5) < 0.15)
  watch(traffic, seconds(7, second => process({ cpuSeconds: 13 + 1.5 * second })))
  assert.equal(traffic.failure()?.gate, 'cpu')
})

test('cpu: a process that is started again begins anew, and one that is started again and again is taken back', () => {
  const traffic = watch(new Traffic([gate('cpu', { below: 0.8 })]), seconds(6, second => process({ cpuSeconds: second / 2 })))
  watch(traffic, [process({ pid: 2 })])
  assert.equal(traffic.result('cpu').verdict, 'no data')
  assert.match(traffic.result('cpu').reason, /started again \(1\)/)
  assert.equal(traffic.failure(), undefined)
  watch(traffic, [process({ pid: 3 }), undefined, process({ pid: 4 })])
  assert.match(traffic.failure()!.reason, /started again 3 times/)
})

test('event-loop delay: the median of the last seconds', () => {
  const traffic = watch(new Traffic([gate('eventLoopDelay', { below: 20 })]), seconds(4, () => process({ eventLoopDelayMs: 3 })))
  assert.equal(traffic.result('eventLoopDelay').verdict, 'pass')
  assert.match(watch(traffic, seconds(3, () => process({ eventLoopDelayMs: 90 }))).failure()!.reason, /^90 ms over the last 3 s, bound 20 ms$/)
})
