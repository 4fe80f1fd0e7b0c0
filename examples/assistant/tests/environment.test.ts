import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EnvironmentError } from '@cutover-examples/runtime/environment'
import { configFor } from '../cutover.config.ts'
import { readEnvironment, readRouterEnvironment } from '../environment.ts'

const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/assistant', JWT_SECRET: 'x'.repeat(32), OPENAI_BASE_URL: 'https://api.openai.com/v1', OPENAI_API_KEY: 'key' }

describe('the environment of a server', () => {
  test('needs nothing for development', () => {
    const { EXPRESS_PORT, FASTIFY_PORT, AI_REQUESTS_PER_MINUTE, DATABASE_URL, SEED_DEMO_DATA } = readEnvironment({})
    assert.deepEqual([EXPRESS_PORT, FASTIFY_PORT, AI_REQUESTS_PER_MINUTE, DATABASE_URL, SEED_DEMO_DATA], [5001, 3001, 10, undefined, true])
  })

  test('of production must name the database, the secret, the AI service and its key', () => {
    assert.equal(readEnvironment(production).NODE_ENV, 'production')
    for (const name of ['DATABASE_URL', 'JWT_SECRET', 'OPENAI_BASE_URL', 'OPENAI_API_KEY']) {
      assert.throws(() => readEnvironment({ ...production, [name]: '' }), new RegExp(`^EnvironmentError: environment: ${name} is missing, set [^\n]+$`))
    }
  })

  test('that is wrong is told in one line that names each variable, and no secret', () => {
    const wrong = { EXPRESS_PORT: '99999', JWT_SECRET: 'short and secret', REDIS_URL: 'http://:password@redis', AI_TIMEOUT_MS: 'soon', AI_MODELS: ' , ' }
    assert.throws(() => readEnvironment(wrong), (error: Error) => {
      assert.ok(error instanceof EnvironmentError)
      assert.doesNotMatch(error.message, /\n|short and secret|password/)
      for (const name of Object.keys(wrong)) assert.match(error.message, new RegExp(`${name} is`))
      return true
    })
  })

  test('behind the router must name the database: each server would start one of its own', () => {
    assert.throws(() => readEnvironment({ BEHIND_ROUTER: 'true' }), /DATABASE_URL is missing/)
    assert.equal(readEnvironment({ BEHIND_ROUTER: 'true', DATABASE_URL: 'postgres://db/assistant' }).BEHIND_ROUTER, true)
  })
})

describe('the environment of the router', () => {
  test('needs nothing: both servers are commands, nothing is on Fastify, faults fall back', () => {
    const config = configFor({})
    assert.deepEqual([config.legacy, config.candidate].map(backend => (backend as { origin: string }).origin), ['http://127.0.0.1:5001', 'http://127.0.0.1:3001'])
    assert.deepEqual([config.fallback?.enabled, config.breaker?.enabled, config.headers?.serverTiming, config.listen?.port], [true, true, false, 3000])
    for (const feature of Object.values(config.features)) assert.equal(feature.env, 'FASTIFY_TRAFFIC_PERCENTAGE')
  })

  test('says what each variable says', () => {
    const config = configFor({ PORT: '80', FASTIFY_ROLLBACK_ON_ERROR: 'false', FASTIFY_DEBUG_MODE: 'true', EXPRESS_URL: 'legacy:5001', FASTIFY_URL: 'https://candidate.example', ROUTER_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8' })
    assert.deepEqual([config.fallback?.enabled, config.breaker?.enabled, config.headers?.serverTiming, config.listen?.port], [false, false, true, 80])
    assert.deepEqual([config.legacy, config.candidate], [{ origin: 'http://legacy:5001', health: '/health' }, { origin: 'https://candidate.example', health: '/health' }])
    assert.deepEqual(config.trustedProxies, ['loopback', '10.0.0.0/8'])
  })

  test('that is wrong is told', () => {
    assert.throws(() => readRouterEnvironment({ FASTIFY_ROLLBACK_ON_ERROR: 'perhaps' }), /FASTIFY_ROLLBACK_ON_ERROR is "perhaps", should be true or false/)
  })
})
