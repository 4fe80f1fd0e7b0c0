import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenCores, coresIn } from '../../../src/bench/process/pinning.ts'
import { coreFromStat } from '../../../src/bench/process/usage.ts'

test('lists of cores are read', () => {
  assert.deepEqual(coresIn('0-3,8\n'), [0, 1, 2, 3, 8])
  assert.deepEqual(coresIn(''), [])
})

test('the load gets another core than the backends, not the other thread of theirs where there is a choice', () => {
  assert.deepEqual(chosenCores([0, 1, 2, 3], [0, 1]), { server: 0, load: 2 })
  assert.deepEqual(chosenCores([0, 1], [0, 1]), { server: 0, load: 1 })
  assert.deepEqual(chosenCores([5], [5]), { server: 5, load: 5 })
  assert.deepEqual(chosenCores([2, 3], []), { server: 2, load: 3 })
})

test('the work of a core is read, other tenants included, idle and waiting time not', () => {
  const text = 'cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 100 1 50 1000 30 2 3 4 0 0\ncpu10 1 1 1 1 1 1 1 1 0 0\n'
  assert.equal(coreFromStat(text, 0), 1600)
  assert.equal(coreFromStat(text, 10), 60)
  assert.equal(coreFromStat(text, 1), null)
})
