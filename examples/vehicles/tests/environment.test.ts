import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EnvironmentError } from '@cutover-examples/runtime/environment'
import { readEnvironment } from '../environment.ts'

const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/vehicles', JWT_SECRET: 'x'.repeat(32), VPIC_URL: 'https://vpic.nhtsa.dot.gov/api/vehicles' }

describe('the environment', () => {
  test('needs nothing for development', () => {
    const environment = readEnvironment({})
    assert.equal(environment.PORT, 3000)
    assert.equal(environment.DATABASE_URL, undefined)
    assert.equal(environment.SEED_DEMO_DATA, true)
  })

  test('is read as numbers and booleans', () => {
    const environment = readEnvironment({ PORT: '0', VPIC_CACHE_HOURS: '0.5', SEED_DEMO_DATA: 'false' })
    assert.deepEqual([environment.PORT, environment.VPIC_CACHE_HOURS, environment.SEED_DEMO_DATA], [0, 0.5, false])
  })

  test('puts demonstration data into no database that is not its own, unless told to', () => {
    assert.equal(readEnvironment(production).SEED_DEMO_DATA, false)
    assert.equal(readEnvironment({ DATABASE_URL: 'postgres://db/vehicles' }).SEED_DEMO_DATA, false)
    assert.equal(readEnvironment({ ...production, SEED_DEMO_DATA: 'true' }).SEED_DEMO_DATA, true)
  })

  test('that is wrong is told in one line that names each variable, and no secret', () => {
    const wrong = { PORT: '99999', LOG_LEVEL: 'loud', BACKEND_FRAMEWORK: 'rails', DATABASE_URL: 'mysql://db', JWT_SECRET: 'short and secret', VPIC_TIMEOUT_MS: 'soon' }
    assert.throws(() => readEnvironment(wrong), (error: Error) => {
      assert.ok(error instanceof EnvironmentError)
      assert.doesNotMatch(error.message, /\n|short and secret/)
      for (const name of Object.keys(wrong)) assert.match(error.message, new RegExp(`${name} is`))
      assert.match(error.message, /PORT is "99999", should be a port from 0 to 65535/)
      return true
    })
  })

  test('of production must say where the database and vPIC are, and the secret', () => {
    assert.equal(readEnvironment(production).NODE_ENV, 'production')
    for (const name of ['DATABASE_URL', 'JWT_SECRET', 'VPIC_URL']) {
      for (const value of [undefined, '']) {
        assert.throws(() => readEnvironment({ ...production, [name]: value }), new RegExp(`^EnvironmentError: environment: ${name} is missing, set [^\n]+$`))
      }
    }
  })
})
