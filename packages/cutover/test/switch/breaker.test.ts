import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Breaker } from '../../src/switch/breaker.ts'

const settings = { enabled: true, failures: 5, windowMs: 10_000, openMs: 1_000, probes: 3 }
const opened = (at = 0): Breaker => {
  const breaker = new Breaker(settings)
  for (let i = 0; i < settings.failures; i++) breaker.failed(at)
  return breaker
}

test('a burst opens it, and an answer in between starts the burst anew', () => {
  const breaker = new Breaker(settings)
  for (let i = 0; i < 200; i++) breaker.succeeded(0)
  for (let i = 0; i < 4; i++) breaker.failed(1)
  breaker.succeeded(1)
  assert.equal(breaker.state, 'closed')
  for (let i = 0; i < 4; i++) breaker.failed(2)
  assert.equal(breaker.state, 'closed')
  breaker.failed(2)
  assert.equal(breaker.state, 'open')
  assert.equal(breaker.allows(2, true), false)
})

test('half of a window opens it, less than half does not, and another window counts anew', () => {
  const breaker = new Breaker(settings)
  for (let i = 0; i < 4; i++) { breaker.failed(i); breaker.succeeded(i) }
  assert.equal(breaker.state, 'closed')
  breaker.failed(5)
  assert.equal(breaker.state, 'open')
  const calm = new Breaker(settings)
  for (let i = 0; i < 30; i++) { calm.failed(i); calm.succeeded(i); calm.succeeded(i) }
  assert.equal(calm.state, 'closed')
  const slow = new Breaker(settings)
  for (let i = 0; i < 30; i++) { slow.failed(i * 6_000); slow.succeeded(i * 6_000) }
  assert.equal(slow.state, 'closed')
})

test('after its time one probe at a time passes, and enough of them close it', () => {
  const breaker = opened()
  assert.equal(breaker.allows(999, true), false)
  for (let probe = 0; probe < 3; probe++) {
    assert.equal(breaker.allows(1_000 + probe, true), true)
    assert.equal(breaker.state, 'half-open')
    assert.equal(breaker.allows(1_000 + probe, true), false, 'only one')
    breaker.succeeded(1_000 + probe)
  }
  assert.equal(breaker.state, 'closed')
  assert.equal(breaker.allows(1_003, false), true)
  for (let i = 0; i < 4; i++) breaker.failed(1_003)
  assert.equal(breaker.state, 'closed', 'it starts anew')
})

test('a probe that fails opens it again, with all of its time and probes', () => {
  const breaker = opened()
  breaker.allows(1_000, true)
  breaker.succeeded(1_000)
  breaker.allows(1_001, true)
  breaker.failed(1_002)
  assert.equal(breaker.state, 'open')
  assert.equal(breaker.allows(2_001, true), false)
  for (let probe = 0; probe < 3; probe++) {
    assert.notEqual(breaker.allows(2_001, true), true)
    assert.equal(breaker.allows(2_002, true), true)
    breaker.succeeded(2_002)
  }
  assert.equal(breaker.state, 'closed')
})

test('an unsafe request probes only when no safe one came for as long again', () => {
  const breaker = opened()
  assert.equal(breaker.allows(1_999, false), false)
  assert.equal(breaker.allows(2_000, false), true)
  assert.equal(breaker.allows(2_000, true), false)
})

test('a probe that never answers does not keep it half open', () => {
  const breaker = opened()
  assert.equal(breaker.allows(1_000, true), true)
  assert.equal(breaker.allows(1_999, true), false)
  assert.equal(breaker.allows(2_000, true), true)
})

test('turned off, it allows everything; reset, it is as new', () => {
  const off = new Breaker({ ...settings, enabled: false })
  for (let i = 0; i < 100; i++) off.failed(0)
  assert.deepEqual([off.state, off.allows(0, false)], ['closed', true])
  const breaker = opened()
  breaker.reset()
  for (let i = 0; i < 4; i++) breaker.failed(0)
  assert.equal(breaker.state, 'closed')
})

test('whatever happens, a good candidate is back within a bounded time', () => {
  const step = fc.tuple(fc.constantFrom('allow', 'fail', 'succeed', 'lose'), fc.integer({ min: 0, max: 3_000 }), fc.boolean())
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), steps => {
    const breaker = new Breaker(settings)
    let now = 0
    for (const [what, wait, safe] of steps) {
      now += wait
      if (what === 'fail') breaker.failed(now)
      else if (what === 'succeed') breaker.succeeded(now)
      else breaker.allows(now, safe)
    }
    const until = now + 2 * settings.openMs
    while (breaker.state !== 'closed' && now <= until) {
      if (breaker.allows(now, true)) breaker.succeeded(now)
      now += 10
    }
    assert.equal(breaker.state, 'closed')
  }), { numRuns: 1_000 })
})
