import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleOf, warmUpOf } from '../../src/bench/schedule.ts'

test('as many starts as have room, then rounds, then longer blocks', () => {
  const short = scheduleOf({ timeMs: 9_000, overheadMs: 1_500, blocks: 2, starts: 12 })
  assert.ok(short.starts >= 3 && short.starts <= 5, JSON.stringify(short))
  const long = scheduleOf({ timeMs: 120_000, overheadMs: 1_500, blocks: 2, starts: 12 })
  assert.equal(long.starts, 12)
  assert.ok(long.rounds > 4 * short.rounds, JSON.stringify(long))
  assert.equal(scheduleOf({ timeMs: 600_000, overheadMs: 1_500, blocks: 2, starts: 2 }).blockMs, 1000)
})

test('a time that suffices for nothing gives two short starts all the same', () => {
  assert.deepEqual(scheduleOf({ timeMs: 100, overheadMs: 5_000, blocks: 32, starts: 12 }), { starts: 2, rounds: 2, blockMs: 100 })
})

test('what is planned fits into the time', () => {
  for (const timeMs of [20_000, 60_000, 300_000]) {
    for (const blocks of [2, 8, 16, 32]) {
      for (const overheadMs of [500, 3_000, 9_000]) {
        const { starts, rounds, blockMs } = scheduleOf({ timeMs, overheadMs, blocks, starts: 8 })
        if (starts > 2) assert.ok(starts * (overheadMs + rounds * blocks * (blockMs + 50)) <= timeMs * 1.01, JSON.stringify({ timeMs, blocks, overheadMs, starts, rounds, blockMs }))
      }
    }
  }
})

test('a single start has rounds to judge by', () => {
  assert.ok(scheduleOf({ timeMs: 1_000, overheadMs: 900, blocks: 2, starts: 1 }).rounds >= 2)
})

test('warm-up is bounded, by less where the time is short', () => {
  assert.ok(warmUpOf(9_000).mostMs < 1_000)
  assert.equal(warmUpOf(3_600_000).mostMs, 5_000)
})
