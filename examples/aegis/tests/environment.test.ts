import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEnvironment } from '../environment.ts'

const production = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db.example/aegis',
  SESSION_SECRET: 's'.repeat(32),
  CSRF_SECRET: 'c'.repeat(32),
  WEB_ORIGINS: 'https://aegis.example',
  WEBAUTHN_RP_ID: 'aegis.example'
}

test('nothing needs to be set for development', () => {
  const { PORT, SEED_DEMO_DATA, REQUEST_TIMEOUT_MS, TRUSTED_PROXIES } = readEnvironment({})
  assert.deepEqual({ PORT, SEED_DEMO_DATA, REQUEST_TIMEOUT_MS, TRUSTED_PROXIES }, { PORT: 3000, SEED_DEMO_DATA: true, REQUEST_TIMEOUT_MS: 30_000, TRUSTED_PROXIES: 'loopback' })
})

test('production needs a database, both secrets, origins and a domain, and says which is missing in one line', () => {
  assert.equal(readEnvironment(production).SEED_DEMO_DATA, false)
  for (const name of ['MONGODB_URI', 'SESSION_SECRET', 'CSRF_SECRET', 'WEB_ORIGINS', 'WEBAUTHN_RP_ID']) {
    assert.throws(() => readEnvironment({ ...production, [name]: '' }), new RegExp(`^EnvironmentError: environment: ${name} is missing`))
  }
})

test('a wrong value is named, a wrong secret is not shown', () => {
  assert.throws(() => readEnvironment({ SESSION_SECRET: 'too short', PORT: 'x' }), { message: 'environment: PORT is "x", should be a port from 0 to 65535; SESSION_SECRET is 9 characters, should be a secret of at least 32 characters' })
})
