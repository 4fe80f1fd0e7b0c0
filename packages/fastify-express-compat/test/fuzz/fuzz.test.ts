import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generate } from './generate.ts'
import { fuzz } from './run.ts'

for (const configuration of ['full', 'plain'] as const) {
  test(`generated requests get the same answers from Fastify as from Express 4 and 5, ${configuration} configuration`, async () => {
    const found = await fuzz({ seed: 11, count: 800, configuration, lanes: 3 })
    const shown = found.slice(0, 3).map(({ express, request, expected, actual }) => `Express ${express}\n${request}\n--- Express\n${expected}\n--- Fastify\n${actual}`)
    assert.equal(found.length, 0, shown.join('\n\n'))
  })
}

test('the fuzzer notices when one row is off', async () => {
  const found = await fuzz({ seed: 11, count: 60, lanes: 2, off: 'etag' })
  assert.ok(found.length > 0)
})

test('the same seed and number give the same request, another seed another', () => {
  const texts = (seed: number) => Array.from({ length: 50 }, (_, number) => generate(seed, number).text)
  assert.deepEqual(texts(1), texts(1))
  assert.notDeepEqual(texts(1), texts(2))
})
