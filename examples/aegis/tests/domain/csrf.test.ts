import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createCsrf } from '../../domain/csrf.ts'

const csrf = createCsrf('a secret for tests, with 32 characters')
const good = (session: string, token: string): boolean => csrf.check(session, { cookie: token, header: token }).ok

describe('CSRF tokens', () => {
  test('are good with the session that they were made for, and with no other', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (one, other) => {
      const token = csrf.issue(one)
      assert.equal(good(one, token), true)
      assert.equal(good(other, token), one === other)
    }))
  })

  test('of another secret are refused', () => {
    assert.equal(good('s', createCsrf('another secret for tests, 32 characters').issue('s')), false)
  })

  test('are refused with any character changed', () => {
    const token = csrf.issue('s')
    for (let index = 0; index < token.length - 1; index++) {
      const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1)
      assert.equal(good('s', changed), false, String(index))
    }
  })

  test('need the header to say what the cookie says', () => {
    const [one, other] = [csrf.issue('s'), csrf.issue('s')]
    assert.equal(csrf.check('s', { cookie: one, header: other }).ok, false)
    for (const nothing of [undefined, null, '', [], [one]]) {
      assert.equal(csrf.check('s', { cookie: one, header: nothing }).ok, false)
      assert.equal(csrf.check('s', { cookie: nothing, header: one }).ok, false)
    }
  })

  test('whatever is sent is refused with the code, and never throws', () => {
    const token = csrf.issue('s')
    const near = fc.tuple(fc.nat(token.length), fc.string({ maxLength: 3, unit: 'binary' })).map(([at, text]) => token.slice(0, at) + text + token.slice(at))
    // As long in characters, longer in bytes.
    const wide = fc.nat(token.length - 1).map(at => `${token.slice(0, at)}é${token.slice(at + 1)}`)
    fc.assert(fc.property(fc.oneof(fc.anything(), near, wide), fc.oneof(fc.anything(), near, wide, fc.constant(token)), (cookie, header) => {
      for (const sent of [{ cookie, header }, { cookie, header: cookie }]) {
        const checked = csrf.check('s', sent)
        if (sent.cookie === token && sent.header === token) assert.equal(checked.ok, true)
        else assert.equal(checked.ok ? 'let in' : checked.failure.code, 'EBADCSRFTOKEN')
      }
    }), { numRuns: 500 })
  })
})
