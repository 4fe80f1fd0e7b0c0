import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createSigner } from 'fast-jwt'
import { createSessions, rememberedLifetime, sessionLifetime } from '../../domain/sessions.ts'

const secret = 'a secret for tests, with 32 characters'
const user = 'a'.repeat(24)
const sessions = createSessions(secret)
const byToken = (token: string, of = sessions) => of.authenticate({ authorization: `Bearer ${token}`, cookie: undefined })
const byCookie = (cookie: unknown, of = sessions) => of.authenticate({ authorization: undefined, cookie })

describe('sessions', () => {
  test('are good as a token and as a cookie, on every server with the same secret', () => {
    const { token, cookie, session } = sessions.issue(user)
    for (const of of [sessions, createSessions(secret)]) {
      // Twice: the second time it is remembered.
      for (let time = 0; time < 2; time++) {
        assert.deepEqual(byToken(token, of), { ok: true, value: { session, by: 'bearer' } })
        assert.deepEqual(byCookie(cookie, of), { ok: true, value: { session, by: 'cookie' } })
      }
    }
    const other = createSessions('another secret for tests, 32 characters')
    assert.equal(byToken(token, other).ok, false)
    assert.equal(byCookie(cookie, other).ok, false)
  })

  test('in a cookie are ciphertext, another one each time', () => {
    const { token, cookie } = sessions.issue(user)
    assert.equal(Buffer.from(cookie, 'base64url').includes(token), false)
    assert.equal(cookie.includes(token.split('.')[1]!), false)
    assert.notEqual(sessions.issue(user).cookie, cookie)
  })

  test('end, remembered ones later', () => {
    let time = Date.UTC(2026, 0, 1)
    const timed = createSessions(secret, { now: () => time })
    const [short, long] = [timed.issue(user), timed.issue(user, { remember: true })]
    assert.deepEqual([short.maxAge, long.maxAge], [undefined, rememberedLifetime])
    const good = () => [byToken(short.token, timed).ok, byCookie(short.cookie, timed).ok, byToken(long.token, timed).ok, byCookie(long.cookie, timed).ok]
    assert.deepEqual(good(), [true, true, true, true])
    time += sessionLifetime - 1
    assert.deepEqual(good(), [true, true, true, true])
    time += 1
    assert.deepEqual(good(), [false, false, true, true])
    time += rememberedLifetime - sessionLifetime
    assert.deepEqual(good(), [false, false, false, false])
  })

  test('a token without end, of no user, of another algorithm or issuer is refused', () => {
    const key = 'whatever'
    for (const token of [
      createSigner({ algorithm: 'none' })({ sub: user, jti: 'x', exp: 4_000_000_000, iss: 'aegis' }),
      createSigner({ key, algorithm: 'HS256' })({ sub: user, jti: 'x', exp: 4_000_000_000, iss: 'aegis' }),
      createSigner({ key: secret, algorithm: 'HS256' })({ sub: user, jti: 'x', exp: 4_000_000_000, iss: 'aegis' })
    ]) assert.equal(byToken(token).ok, false)
  })

  test('whatever else is shown is refused, and never throws', () => {
    const { cookie, token } = sessions.issue(user)
    const near = (text: string) => fc.tuple(fc.nat(text.length - 1), fc.string({ maxLength: 3 })).map(([at, more]) => text.slice(0, at) + more + text.slice(at + 1)).filter(changed => changed !== text)
    fc.assert(fc.property(fc.oneof(fc.anything(), near(cookie)), fc.oneof(fc.string(), near(token)), (shown, bearer) => {
      assert.equal(byCookie(shown).ok, false)
      assert.equal(byToken(bearer).ok, false)
      assert.equal(sessions.authenticate({ authorization: bearer, cookie: undefined }).ok, false)
    }), { numRuns: 300 })
  })

  test('a wrong token is not made good by a cookie, another scheme is passed over', () => {
    const { cookie } = sessions.issue(user)
    assert.equal(sessions.authenticate({ authorization: 'Bearer x', cookie }).ok, false)
    assert.equal(sessions.authenticate({ authorization: 'Basic x', cookie }).ok, true)
  })
})
