import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatStickyBy, parseStickyBy } from '../../src/config/sticky.ts'

test('each form of stickyBy is read and written', () => {
  for (const text of ['cookie', 'address', 'cookie:sid', 'header:authorization', 'jwt:sub']) {
    assert.equal(formatStickyBy(parseStickyBy(text)!), text)
  }
})

test('a header is known by its lower-case name, a cookie and a claim by theirs', () => {
  assert.deepEqual(parseStickyBy('header:X-User'), { kind: 'header', name: 'x-user' })
  assert.deepEqual(parseStickyBy('cookie:SID'), { kind: 'cookie', name: 'SID' })
  assert.deepEqual(parseStickyBy('jwt:userId'), { kind: 'jwt', name: 'userId' })
})

test('a function is kept', () => {
  const key = () => 'me'
  assert.deepEqual(parseStickyBy(key), { kind: 'function', key })
})

test('anything else is none', () => {
  for (const text of ['', 'header', 'header:', 'jwt', 'ip', 'cookie:a b']) assert.equal(parseStickyBy(text), undefined, text)
})
