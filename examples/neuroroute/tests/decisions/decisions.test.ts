import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue, modelOf } from '../../domain/catalogue.ts'
import { cacheKey } from '../../domain/decisions/cache-key.ts'
import { costNano } from '../../domain/decisions/cost.ts'
import { rank } from '../../domain/decisions/route.ts'
import type { Question, Strategy } from '../../types/decisions.ts'

// What vectors cannot say, because JSON does not carry it.
const question: Question = { prompt: 'Hi', system: null, model: null, maxTokens: 512, temperature: 0, capabilities: [], maxCost: null }
const easy = { category: 'general', language: 'en', complexity: 0, tokens: 1 } as const

test('negative zero is zero', () => {
  assert.equal(cacheKey({ ...question, temperature: -0 }), cacheKey(question))
})

test('an endless limit of the cost is none', () => {
  const ranking = rank({ ...question, maxCost: Infinity }, easy, { strategy: 'cost', disabled: [], status: {} }, catalogue)
  assert.equal(ranking.outcome === 'ranked' && ranking.models.length, catalogue.length)
})

test('equals stay in the order of the catalogue', () => {
  const twins = ['c', 'a', 'b'].map(id => ({ ...catalogue[0]!, id }))
  for (const strategy of ['balanced', 'cost', 'quality', 'latency'] satisfies Strategy[]) {
    assert.deepEqual(rank(question, easy, { strategy, disabled: [], status: {} }, twins), { outcome: 'ranked', models: ['c', 'a', 'b'] })
  }
})

test('an empty catalogue satisfies nothing', () => {
  assert.deepEqual(rank(question, easy, { strategy: 'balanced', disabled: [], status: {} }, []), { outcome: 'unsatisfiable' })
})

test('a model is found by its id only', () => {
  assert.equal(modelOf('gpt-4o')?.name, 'GPT-4o')
  assert.equal(modelOf('GPT-4o'), undefined)
  assert.equal(modelOf('constructor'), undefined)
})

test('a cost is a whole number, however wrong the count', () => {
  assert.equal(costNano(catalogue[0]!, { prompt_tokens: 1e30, completion_tokens: 0 }), Number.MAX_SAFE_INTEGER)
})

test('a name that every object has is no status', () => {
  const [first] = catalogue
  const odd = [{ ...first!, id: 'constructor' }]
  assert.deepEqual(rank(question, easy, { strategy: 'cost', disabled: [], status: {} }, odd), { outcome: 'ranked', models: ['constructor'] })
})
