import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLines, skippedIn, unrestored, unwhole, type Line } from '../../benchmarks/proofs/crash/journal-check.ts'

const holdMs = 150
let clock = 0
const line = (some: Partial<Line>): Line => ({ at: new Date(Date.UTC(2026, 0, 1) + (clock += 100)).toISOString(), kind: 'rollout', feature: 'a', who: 'rollout', why: '', ...some })
const event = (event: string, stage: number, share: number, some: Partial<Line> = {}): Line => line({ event, rollout: 'a-1', stage, share, ...some })
const passing = { results: [{ gate: 'errorRate', verdict: 'pass' }] }
const change = (from: number, to: number, some: Partial<Line> = {}): Line => line({ kind: 'share', from, to, ...some })

/** A rollout that arrives; each line 100 ms after the one before. */
const whole = (): Line[] => {
  clock = 0
  return [
    event('queued', 0, 0, { stages: [2_000, 10_000] }), event('started', 0, 2_000), change(0, 2_000),
    line({ kind: 'share', feature: 'b', from: 0, to: 5, who: 'cli:alice' }),
    event('stage', 1, 10_000, passing), change(2_000, 10_000),
    line({ kind: 'share', feature: 'b', from: 5, to: 6, who: 'cli:alice' }),
    event('completed', 1, 10_000, passing)
  ]
}
const text = (lines: readonly Line[]): string => lines.map(each => JSON.stringify(each) + '\n').join('')

test('a rollout that keeps to its plan is found to', () => {
  assert.deepEqual(skippedIn(whole(), holdMs), [])
  assert.deepEqual(readLines(text(whole())), { lines: whole(), torn: '', broken: [] })
})

const planted: ReadonlyArray<readonly [string, (lines: Line[]) => Line[], RegExp]> = [
  ['a share that is written before its decision', lines => [...lines.slice(0, 4), lines[5]!, lines[4]!, ...lines.slice(6)], /line 5: a: set to 10000 in stage 1, which is 2000/],
  ['a stage that is passed over', lines => lines.map(each => each.event === 'queued' ? { ...each, stages: [2_000, 5_000, 10_000] } : each.event === 'stage' ? { ...each, stage: 2 } : each.event === 'completed' ? { ...each, stage: 2 } : each), /stage at stage 3 after stage 1/],
  ['a stage that is left too early', lines => lines.filter(({ feature }) => feature === 'a').map(each => each.event === 'stage' ? { ...each, at: lines[2]!.at } : each), /left stage 1 after 0 ms/],
  ['a stage that was never in effect', lines => lines.filter(({ to }) => to !== 2_000), /left stage 1, which was never in effect/],
  ['a gate without data', lines => lines.map(each => each.event === 'stage' ? { ...each, results: [{ gate: 'p95', verdict: 'no data' }] } : each), /not every gate passed: p95/],
  ['no gate at all', lines => lines.map(({ results, ...each }) => each), /none was asked/],
  ['a rollout that goes on after a rollback', lines => [...lines.slice(0, 4), line({ kind: 'rollback', from: 2_000, to: 0 }), ...lines.slice(4)], /after it was over/],
  ['an arrival before the last stage', lines => [...lines.slice(0, 4), { ...lines[7]!, stage: 0 }], /completed at stage 1/]
]

for (const [name, plant, found] of planted) {
  test(`${name} is caught`, () => {
    const wrong = skippedIn(plant(whole()), holdMs)
    assert.match(wrong.join('\n'), found)
  })
}

test('half a line that was kept, a line that is lost and one that was changed are caught', () => {
  const left = text(whole()) + '{"at":"2026-01'
  assert.deepEqual(unwhole(left, text([...whole(), change(0, 1)])), [], 'the half line is dropped')
  assert.match(unwhole(left, left + text([change(0, 1)])).join(), /line 9: /, 'the half line is kept, and makes one with the next')
  assert.deepEqual(unwhole(left, left), ['half a line is still there'])
  assert.match(unwhole(left, text(whole().slice(0, -1))).join(), /not there any more/)
  assert.match(unwhole(left, text(whole()).replace('10000', '10001')).join(), /not there any more/)
})

test('a gateway that comes up at other shares than its journal\'s is caught', () => {
  const left = whole().slice(0, 5)
  const at = (share: number, rolledBack = false) => new Map([['a', { share, rolledBack }]])
  assert.deepEqual(unrestored(left, left, at(2_000)), [])
  assert.deepEqual(unrestored(left, whole(), at(2_000)), [])
  assert.deepEqual(unrestored(left, whole(), at(10_000)), [], 'it went on meanwhile')
  assert.match(unrestored(left, left, at(10_000)).join(), /a came up at 10000, the journal says 2000/)
  assert.match(unrestored(left, left, at(2_000, true)).join(), /rolled back/)
  assert.match(unrestored(left, [...left, change(0, 2_000)], at(2_000)).join(), /changed from 0 to 2000, but the journal had left it at 2000/)
})
