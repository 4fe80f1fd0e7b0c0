import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearerCheck, hostCheck } from '../../src/dashboard/guard.ts'

test('an empty token authorizes nobody', () => {
  const authorized = bearerCheck('')
  for (const header of [undefined, '', 'Bearer', 'Bearer ']) assert.equal(authorized(header), false)
})

test('the scheme of a bearer token is read in any case', () => {
  assert.equal(bearerCheck('secret')('bearer secret'), true)
})

test('the configured name is answered, and what looks like it is not', () => {
  const known = hostCheck('admin.internal')
  assert.equal(known('Admin.Internal:9000'), true)
  for (const header of ['admin.internal.evil.example', 'xadmin.internal', 'admin.internal@evil.example', 'admin.internal:', '[admin.internal]']) {
    assert.equal(known(header), false, header)
  }
})
