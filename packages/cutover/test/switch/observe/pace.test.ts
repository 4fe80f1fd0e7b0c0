import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextPace, startingPace, type Pace } from '../../../src/switch/observe/pace.ts'

function after (ticks: number, utilization: number, lateMs = 0, from: Pace = startingPace): Pace {
  let pace = from
  for (let i = 0; i < ticks; i++) pace = nextPace(pace, { utilization, lateMs }, pace.allowed, 0.6)
  return pace
}

test('an idle process allows more and more, up to a bound', () => {
  assert.ok(after(20, 0.1).allowed > 500)
  assert.equal(after(1_000, 0).allowed, 5_000)
})

test('a process over the limit ends at none, and one that is late does at once', () => {
  assert.equal(after(40, 0.8, 0, { allowed: 5_000 }).allowed, 0)
  assert.equal(after(7, 0.1, 20, { allowed: 5_000 }).allowed, 0)
})

test('from none it comes back when there is room', () => {
  assert.ok(after(20, 0.2, 0, { allowed: 0 }).allowed > 10)
})

test('what nobody asked for is not raised', () => {
  assert.deepEqual(nextPace({ allowed: 50 }, { utilization: 0, lateMs: 0 }, 10, 0.6), { allowed: 50 })
})
