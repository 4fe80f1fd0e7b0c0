import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figureOf, shown, type Planted, type Results } from '../../../benchmarks/proofs/mutants/table.ts'
import type { Hunt } from '../../../benchmarks/proofs/mutants/hunt.ts'
import type { Finding } from '../../../src/parity/finding.ts'

const finding: Finding = { cause: '000000000000', kind: 'answer', endpoint: 'GET /', message: '/status is another', case: 'a scenario', occurrences: 1, confirmed: true }
const nothing: Hunt = { findings: [], unconfirmed: [], failed: [], whole: true, verifyMs: 1000, fuzzMs: 2000 }
const something: Hunt = { ...nothing, by: 'verify', findings: [finding] }
const planted = (name: string, hunt: Hunt): Planted => ({ ...hunt, mutant: { name, category: 'race', file: 'a.ts', from: 'a', to: 'b' } })
const figure = (more: Partial<Results> = {}) => figureOf({ planted: [planted('one', something), planted('two', nothing)], unplanted: [], clean: [nothing, nothing], cleanRuns: 2, listed: 3, control: 0, seed: 1, ...more })
const values = (more?: Partial<Results>) => Object.fromEntries(figure(more).bounds.map(({ name, value }) => [name, value]))

test('what was caught is told with who caught it, and what was missed', () => {
  const told = figure()
  assert.deepEqual(values(), { planted: 2, caught: 0.5, false_differences: 0 })
  assert.deepEqual(told.missed, [{ name: 'two', category: 'race', unconfirmed: [], failed: [] }])
  assert.deepEqual(told.caught_by, { verify: 1, fuzz: 0 })
  assert.match(JSON.stringify(told.catches), /"name":"one","category":"race","by":"verify","seconds":3,"case":"a scenario"/)
  assert.match(String(told.notes), /1 of 3 faults were not tried/)
})

test('a difference that did not show again is no catch', () => {
  assert.equal(values({ planted: [planted('two', { ...nothing, unconfirmed: [{ ...finding, confirmed: false }] })] }).caught, 0)
})

test('a candidate that did not start counts neither as planted nor as caught', () => {
  const told = figure({ unplanted: [{ name: 'three', reason: 'it does not start' }] })
  assert.deepEqual(told.bounds.map(({ value }) => value), [2, 0.5, 0])
  assert.deepEqual(told.not_planted, [{ name: 'three', reason: 'it does not start' }])
})

test('every difference of the candidate without a fault is a false one', () => {
  assert.equal(values({ clean: [something, { ...something, findings: [finding, finding] }] }).false_differences, 3)
})

test('clean runs that are too few, broke off or failed say nothing', () => {
  for (const clean of [[nothing], [nothing, { ...nothing, whole: false }], [nothing, { ...nothing, failed: ['x: down'] }]]) {
    assert.equal(values({ clean }).false_differences, null)
    assert.equal(values({ clean: [...clean, something] }).false_differences, 1)
  }
  assert.equal(values({ planted: [] }).caught, null)
})

test('a line of progress says what was found, or that nothing was', () => {
  assert.equal(shown(planted('one', something)), 'race: one, 3.0 s, verify: a scenario: GET / /status is another')
  assert.equal(shown(planted('two', { ...nothing, unconfirmed: [finding] })), 'race: two, 3.0 s, MISSED (1 unconfirmed)')
  assert.equal(shown({ name: 'three', reason: 'why' }), 'not planted: three: why')
})
