import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mutants } from '../../../benchmarks/proofs/mutants/list.ts'
import { categories, type Category, type Mutant } from '../../../benchmarks/proofs/mutants/mutant.ts'
import { byTurns } from '../../../benchmarks/proofs/mutants/order.ts'

const fault = (category: Category, name: string): Mutant => ({ name, category, file: 'a.ts', from: 'a', to: 'b' })

test('categories take turns, each in its own order', () => {
  const list = [fault('status', 's1'), fault('status', 's2'), fault('status', 's3'), fault('race', 'r1'), fault('body', 'b1'), fault('body', 'b2')]
  assert.deepEqual(byTurns(list).map(({ name }) => name), ['s1', 'r1', 'b1', 's2', 'b2', 's3'])
})

test('a run that ends early has tried every category', () => {
  const list = byTurns(mutants)
  assert.deepEqual(new Set(list), new Set(mutants))
  assert.deepEqual(new Set(list.slice(0, categories.length).map(({ category }) => category)), new Set(categories))
})
