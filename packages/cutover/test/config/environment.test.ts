import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editedShares, shareFromEnvironment } from '../../src/config/environment.ts'
import type { Feature } from '../../src/config/settings.ts'

const feature = { name: 'vehicles', env: 'VEHICLES_BACKEND' } as Feature
const share = (value: string | undefined) => shareFromEnvironment(feature, { VEHICLES_BACKEND: value })

test('names, flags and percentages set the share, in any case', () => {
  for (const value of ['legacy', 'express', 'false', 'Legacy', 'FALSE', '0', '0%', ' legacy ']) assert.equal(share(value), 0, value)
  for (const value of ['candidate', 'fastify', 'true', 'Fastify', 'TRUE', '100', '100%']) assert.equal(share(value), 10_000, value)
  assert.equal(share('25%'), 2500)
  assert.equal(share('12.5'), 1250)
})

test('an unset or empty variable sets nothing, nor does a feature without one', () => {
  assert.equal(share(undefined), undefined)
  assert.equal(share(''), undefined)
  assert.equal(share('  '), undefined)
  assert.equal(shareFromEnvironment({ env: undefined }, { undefined: 'true' }), undefined)
})

test('any other value is refused by name', () => {
  for (const value of ['yes', '1.234%', '101', '-1', 'fastfy', 'null', '25 %']) {
    assert.throws(() => share(value), { code: 'CUT_ENV_INVALID', message: new RegExp(`^VEHICLES_BACKEND=${value} is not`) }, value)
  }
})

test('an edit moves the features whose variable has another value', () => {
  const features = [feature, { name: 'health', env: 'HEALTH' }, { name: 'quiet', env: undefined }] as Feature[]
  assert.deepEqual(editedShares(features, { VEHICLES_BACKEND: 'fastify', HEALTH: 'true' }, { VEHICLES_BACKEND: 'express', HEALTH: 'true' }),
    [{ feature: 'vehicles', variable: 'VEHICLES_BACKEND', share: 0 }])
})

test('a variable that is taken out of the file leaves the share as it is', () => {
  assert.deepEqual(editedShares([feature], { VEHICLES_BACKEND: 'fastify' }, {}), [])
})

test('a mistyped edit is reported and moves nothing', () => {
  const [edited] = editedShares([feature], {}, { VEHICLES_BACKEND: 'fastfy' })
  assert.ok(edited !== undefined && 'problem' in edited)
  assert.equal(edited.problem.code, 'CUT_ENV_INVALID')
})
