import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createModelHealth } from '../../external/health.ts'
import { retryAfterMs } from '../../external/providers/retry-after.ts'
import { vectors } from './vectors.ts'

const model = 'gpt-4o'

describe('the health of a model', () => {
  for (const { what, steps } of vectors.health) {
    test(`is such that ${what}`, () => {
      const health = createModelHealth({ failures: 3, pauseMs: 1000 })
      for (const [index, step] of steps.entries()) {
        if ('outcome' in step) health.record({ model, provider: 'openai', outcome: step.outcome, status: null, latency_ms: step.latency_ms }, step.at, step.retryAfterMs ?? undefined)
        else {
          const { at, ...expected } = step
          assert.deepEqual({ status: health.status(model, at), latency: health.latency(model), errorRate: health.errorRate(model) }, expected, `step ${index}`)
        }
      }
    })
  }

  test('is that model\'s alone, and forgotten when it is told to be', () => {
    const health = createModelHealth({ failures: 1, pauseMs: 1000 })
    health.record({ model, provider: 'openai', outcome: 'timeout', status: null, latency_ms: 5 }, 0)
    assert.deepEqual([health.status(model, 0), health.status('gpt-4o-mini', 0)], ['unavailable', 'available'])
    health.clear()
    assert.deepEqual([health.status(model, 0), health.errorRate(model), health.latency(model)], ['available', 0, null])
  })
})

describe('Retry-After', () => {
  const { now, values } = vectors.retryAfter
  for (const { value, ms } of values) {
    test(`of ${JSON.stringify(value)} asks to wait ${ms === null ? 'for nothing that is known' : `${ms} ms`}`, () => {
      assert.equal(retryAfterMs(value, now), ms ?? undefined)
    })
  }

  test('may be missing', () => {
    assert.equal(retryAfterMs(undefined, now), undefined)
  })
})
