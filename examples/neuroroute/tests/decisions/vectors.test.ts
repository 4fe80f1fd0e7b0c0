import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { decide } from '../../decisions/decide.ts'
import { readVectors, type Vector } from '../../decisions/vectors.ts'
import { catalogue, modelOf } from '../../domain/catalogue.ts'
import { misjudged } from './misjudged.ts'

const vectors = readVectors()
const first = vectors[0]!

test('there are at least 300 vectors, named apart, most of them judged by a person', () => {
  assert.ok(vectors.length >= 300, `${vectors.length}`)
  assert.equal(new Set(vectors.map(({ name }) => name)).size, vectors.length)
  assert.ok(vectors.filter(({ meant }) => meant?.category !== undefined).length >= 300)
  assert.ok(vectors.filter(({ meant }) => meant?.ranking !== undefined || meant?.costs !== undefined || meant?.canonical !== undefined).length >= 100)
})

test('TypeScript decides as the vectors say', () => {
  for (const vector of vectors) assert.deepEqual(decide(vector), vector.expected, vector.name)
})

test('the vectors say what is meant', () => {
  assert.deepEqual(vectors.flatMap(vector => misjudged(vector)), [])
})

test('a vector that says something else than what is meant is found', () => {
  const wrong: Vector['meant'][] = [
    { category: 'math' }, { language: 'fr' }, { tokens: 1 }, { complexity: 101 }, { ranking: { outcome: 'unsatisfiable' } }, { first: 'gpt-4' }, { costs: [1] }, { canonical: '[]' }
  ]
  for (const meant of wrong) assert.equal(misjudged({ ...first, meant: meant! }).length, 1, JSON.stringify(meant))
})

test('keys are the same only where that is meant', () => {
  const names = new Map<string, string>()
  const texts = new Map<string, string>()
  for (const { name, question, meant, expected } of vectors) {
    const same = names.get(expected.key)
    if (meant?.sameKeyAs !== undefined) assert.equal(expected.key, vectors.find(vector => vector.name === meant.sameKeyAs)?.expected.key, name)
    else if (same !== undefined) assert.equal(JSON.stringify(question), texts.get(expected.key), `${name} has the key of ${same}`)
    names.set(expected.key, name)
    texts.set(expected.key, JSON.stringify(question))
  }
})

test('of every kind there are vectors', () => {
  const all = <Value>(of: (vector: Vector) => Value): Set<Value> => new Set(vectors.map(of))
  assert.deepEqual([...all(({ expected }) => expected.classification.category)].sort(), ['code', 'creative', 'general', 'math', 'question'])
  assert.deepEqual([...all(({ circumstances }) => circumstances.strategy)].sort(), ['balanced', 'cost', 'latency', 'quality'])
  assert.deepEqual([...all(({ expected }) => expected.ranking.outcome)].sort(), ['ranked', 'unavailable', 'unsatisfiable'])
  assert.ok(all(({ expected }) => expected.classification.language).size >= 30)
  const ranked = new Set(vectors.flatMap(({ expected }) => expected.ranking.outcome === 'ranked' ? expected.ranking.models.slice(0, 1) : []))
  assert.deepEqual([...ranked].sort(), catalogue.map(({ id }) => id).sort())
})

test('every ranking keeps the laws of a router', () => {
  for (const { name, question, circumstances: { strategy, disabled, status }, expected: { classification, ranking } } of vectors) {
    if (ranking.outcome !== 'ranked') continue
    const models = ranking.models.map(id => modelOf(id)!)
    for (const [place, model] of models.entries()) {
      assert.ok(!disabled.includes(model.id) && status[model.id] !== 'unavailable', name)
      assert.ok(question.capabilities.every(capability => model.capabilities.includes(capability)), name)
      assert.ok(classification.tokens + question.maxTokens <= model.context_window, name)
      const next = models[place + 1]
      if (next === undefined) continue
      const better = {
        cost: model.input_nano_usd <= next.input_nano_usd && model.output_nano_usd <= next.output_nano_usd,
        quality: model.quality >= next.quality,
        latency: model.latency_ms <= next.latency_ms
      }
      // Whatever weighs how much, a model that is worse in everything is not tried first.
      assert.ok(strategy === 'balanced' ? better.cost || better.quality || better.latency : better[strategy], name)
    }
  }
})

test('a key is the SHA-256 of its text', () => {
  const { meant, expected } = vectors.find(vector => vector.name === 'key: the plainest')!
  assert.equal(createHash('sha256').update(meant!.canonical!).digest('hex'), expected.key)
})
