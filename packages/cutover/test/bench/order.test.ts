import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderOf } from '../../src/bench/order.ts'

test('every variant is measured once a round, each as often early as late', () => {
  const variants = ['a', 'b', 'c']
  const rounds = Array.from({ length: 6 }, (_, round) => orderOf(variants, round))
  for (const order of rounds) assert.deepEqual([...order].sort(), variants)
  assert.deepEqual(rounds.slice(0, 2).map(order => order.join('')), ['abc', 'cba'])
  for (const variant of variants) {
    const places = rounds.map(order => order.indexOf(variant))
    assert.equal(places.reduce((sum, place) => sum + place), 6)
  }
})
