import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { countInMemory } from '../../data/rate-limits/memory.ts'
import { addressKey, limitHeaders } from '../../domain/rate-limits.ts'

describe('a window in memory', () => {
  test('begins with the first request, and anew with the first after its end', async () => {
    let now = 1_000_000
    const counters = countInMemory({ now: () => now })
    assert.deepEqual(await counters.hit('a', 60_000), { hits: 1, resetMs: 60_000 })
    now += 20_000
    assert.deepEqual(await counters.hit('a', 60_000), { hits: 2, resetMs: 40_000 })
    assert.deepEqual(await counters.hit('b', 60_000), { hits: 1, resetMs: 60_000 })
    now += 40_000
    assert.deepEqual(await counters.hit('a', 60_000), { hits: 1, resetMs: 60_000 })
    assert.deepEqual(await counters.hit('b', 60_000), { hits: 2, resetMs: 20_000 })
  })
})

describe('the headers of a limit', () => {
  const rule = { limit: 2, windowMs: 60_000 } as Parameters<typeof limitHeaders>[0]

  test('are in whole seconds, rounded up, and never below zero', () => {
    assert.deepEqual(limitHeaders(rule, { hits: 1, resetMs: 59_001 }), { 'ratelimit-policy': '2;w=60', 'ratelimit-limit': '2', 'ratelimit-remaining': '1', 'ratelimit-reset': '60' })
    assert.equal(limitHeaders(rule, { hits: 2, resetMs: -3 })['ratelimit-reset'], '0')
  })

  test('say when to try again only when the limit is exceeded', () => {
    assert.equal(limitHeaders(rule, { hits: 2, resetMs: 10 })['retry-after'], undefined)
    const exceeded = limitHeaders(rule, { hits: 3, resetMs: 10 })
    assert.deepEqual([exceeded['retry-after'], exceeded['ratelimit-remaining']], ['1', '0'])
  })
})

test('an IPv6 address counts as its /64, an IPv4 address as itself in either form', () => {
  for (const [address, key] of [
    ['192.0.2.1', '192.0.2.1'], ['::ffff:192.0.2.1', '192.0.2.1'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'], ['::1', '0:0:0:0::/64'], ['fe80::1%eth0', 'fe80:0:0:0::/64'], [undefined, 'unknown']
  ] as const) assert.equal(addressKey(address), key, address)
})
