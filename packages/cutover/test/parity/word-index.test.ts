import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { WordIndex } from '../../src/parity/word-index.ts'

test('it says what a search says, first and last, in words and paths', () => {
  const ids = Array.from({ length: 50 }, () => randomUUID())
  const body = Buffer.from(`${ids[0]},"/api/x/${ids[1]}","user_${ids[2]}":"${ids.slice(3).join(' ')}`)
  const index = new WordIndex(body)
  for (const id of ids) assert.equal(index.has(id), true, id)
  for (let i = 0; i < 50; i++) assert.equal(index.has(randomUUID()), false)
  assert.equal(index.has(`${ids[4]}-${ids[3]}`), false)
})

test('what a body holds between other characters is found, and nothing that it does not hold', () => {
  const value = fc.stringMatching(/^[a-c0-2._=-]{1,6}$/)
  fc.assert(fc.property(fc.array(value, { maxLength: 30 }), fc.array(value, { minLength: 6, maxLength: 12 }), (held, asked) => {
    const body = Buffer.from(held.map(each => `"${each}"`).join(','))
    const index = new WordIndex(body)
    for (const each of asked) if (index.has(each)) assert.ok(body.includes(each), each)
    for (const each of held) assert.equal(index.has(each), true, each)
  }))
})

test('a thousand values are looked for in one pass', () => {
  const body = Buffer.from(JSON.stringify(Array.from({ length: 25_000 }, () => randomUUID())))
  const index = new WordIndex(body)
  const began = performance.now()
  for (let i = 0; i < 25_000; i++) index.has(randomUUID())
  // Searching 1 MB for each takes some ten seconds.
  assert.ok(performance.now() - began < 3_000)
})
