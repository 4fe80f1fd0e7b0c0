import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createTokens } from '../../domain/tokens.ts'

const secret = 'a secret for tests, with 32 characters'

describe('a token', () => {
  test('says until when it is valid', () => {
    const now = Date.UTC(2026, 0, 1, 0, 0, 0, 999)
    const tokens = createTokens(secret, { lifetime: 60, now: () => now })
    assert.deepEqual(tokens.authenticate(`Bearer ${tokens.issue('ada')}`), { ok: true, value: { userId: 'ada', expiresAt: '2026-01-01T00:01:00.000Z' } })
  })

  test('names its user, first and from memory, and is accepted by whoever has the secret', () => {
    const tokens = createTokens(secret)
    const header = `Bearer ${tokens.issue('ada')}`
    for (const reader of [tokens, tokens, createTokens(secret)]) {
      const identity = reader.authenticate(header)
      assert.equal(identity.ok && identity.value.userId, 'ada')
    }
  })

  test('ends when its time is over, though it is remembered', () => {
    let now = Date.UTC(2026, 0, 1)
    const tokens = createTokens(secret, { lifetime: 60, now: () => now })
    const header = `Bearer ${tokens.issue('ada')}`
    now += 59_000
    assert.equal(tokens.authenticate(header).ok, true)
    now += 1_000
    assert.equal(tokens.authenticate(header).ok, false)
    assert.equal(createTokens(secret, { now: () => now }).authenticate(header).ok, false)
  })

  test('of another secret, changed, unsigned or of no user is refused', () => {
    const tokens = createTokens(secret)
    const good = tokens.issue('ada')
    const [head, , signature] = good.split('.')
    const forged = `${head}.${Buffer.from(JSON.stringify({ sub: 'grace', iss: 'assistant', exp: 4e9 })).toString('base64url')}.${signature}`
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`
    for (const token of [createTokens(`another ${secret}`).issue('ada'), forged, unsigned, tokens.issue(undefined as unknown as string), 'nonsense']) {
      const answer = tokens.authenticate(`Bearer ${token}`)
      assert.equal(!answer.ok && answer.failure.code, 'TOKEN_INVALID', token)
    }
  })

  test('may be forgotten and is then checked again', () => {
    const tokens = createTokens(secret)
    const first = `Bearer ${tokens.issue('first')}`
    tokens.authenticate(first)
    for (let n = 0; n < 1001; n++) tokens.authenticate(`Bearer ${tokens.issue(`user ${n}`)}`)
    const again = tokens.authenticate(first)
    assert.equal(again.ok && again.value.userId, 'first')
  })
})
