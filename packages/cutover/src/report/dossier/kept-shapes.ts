import type { BenchResult } from '../../bench/result.ts'
import type { JournalEntry } from '../../config/control.ts'
import type { RolloutSample } from '../../rollout/sample.ts'

// What a report needs of kept files is checked, so that a damaged one is told of and cannot break the rest.

type Check = (value: unknown) => boolean
const isText: Check = value => typeof value === 'string'
const isNumber: Check = value => typeof value === 'number' && Number.isFinite(value)
const orNull = (check: Check): Check => value => value === null || check(value)
const orMissing = (check: Check): Check => value => value === undefined || check(value)
const isTime: Check = value => typeof value === 'string' && Number.isFinite(Date.parse(value))
const listOf = (check: Check): Check => value => Array.isArray(value) && value.every(check)
const has = (fields: Readonly<Record<string, Check>>): Check => value =>
  typeof value === 'object' && value !== null && Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]))
const recordOf = (check: Check): Check => value => typeof value === 'object' && value !== null && Object.values(value).every(check)

const interval = has({ value: isNumber, low: isNumber, high: isNumber })
const bench = has({
  version: value => value === 1,
  id: value => typeof value === 'string' && /^[\w.:-]+$/.test(value),
  at: isTime,
  seconds: isNumber,
  baseline: isText,
  backends: listOf(has({ name: isText, framework: orMissing(isText), startMs: listOf(isNumber), idleBytes: listOf(isNumber), peakBytes: listOf(isNumber) })),
  routes: listOf(has({
    route: isText,
    feature: orMissing(isText),
    connections: isNumber,
    answers: value => value === 'same' || value === 'different',
    difference: orMissing(isText),
    blocks: listOf(has({ start: isNumber, round: isNumber, backend: isText, rate: isNumber, failed: isNumber, cpuMs: orNull(isNumber), p50: isNumber, p95: isNumber })),
    offered: orNull(isNumber),
    latencies: listOf(has({ start: isNumber, round: isNumber, backend: isText, sent: isNumber, failed: isNumber, late: isNumber, percentiles: recordOf(isNumber), histogram: listOf(value => Array.isArray(value) && value.length === 2 && value.every(isNumber)) })),
    floor: orNull(has({ rate: interval, p95: orNull(interval) })),
    comparisons: listOf(has({ backend: isText, rate: interval, p50: orNull(interval), p95: orNull(interval), p99: orNull(interval), cpu: orNull(interval) })),
    notes: listOf(isText)
  })),
  overall: listOf(has({ backend: isText, peakMemory: orNull(interval), idleMemory: orNull(interval), start: orNull(interval) })),
  environment: has({ node: isText, cpu: isText, cores: isNumber, platform: isText, generator: isText, cutover: isText }),
  notes: listOf(isText)
})

const isShare: Check = value => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 10_000
const maybeNumber = orMissing(orNull(isNumber))
const gate = has({ gate: isText, verdict: value => value === 'pass' || value === 'fail' || value === 'no data', samples: isNumber, value: maybeNumber, bound: maybeNumber, upper: maybeNumber, evidence: maybeNumber, alarmAt: maybeNumber })
const change = has({ at: isTime, kind: value => value === 'share' || value === 'rollback', feature: isText, from: isShare, to: isShare, who: isText, why: isText })
const event = has({
  at: isTime, kind: value => value === 'rollout', event: isText, rollout: isText, feature: isText, stage: isNumber, share: isShare, stages: orMissing(listOf(isShare)), version: orMissing(isText), gate: orMissing(isText), results: orMissing(listOf(gate)), who: isText, why: isText
})
const sample = has({ at: isTime, phase: isText, stage: isNumber, share: isShare, requests: isNumber, gates: listOf(gate) })

export function isBenchResult (value: unknown): value is BenchResult {
  return bench(value)
}

export function isJournalEntry (value: unknown): value is JournalEntry {
  return change(value) || event(value)
}

export function isRolloutSample (value: unknown): value is RolloutSample {
  return sample(value)
}
