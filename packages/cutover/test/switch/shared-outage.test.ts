import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seeded } from '../../src/bench/statistics/samples.ts'
import { Breaker } from '../../src/switch/breaker.ts'

const settings = { enabled: true, failures: 10, windowMs: 10_000, openMs: 5_000, probes: 3 }

/** Well on both sides, half of the requests on each. */
function well (): Breaker {
  const breaker = new Breaker(settings)
  for (let at = 0; at < 50; at++) { breaker.succeeded(at); breaker.legacyAnswered(false, at) }
  return breaker
}

describe('an outage that both sides suffer', () => {
  test('does not open the breaker, however long it is, and is told as an excuse', () => {
    const breaker = well()
    for (let at = 100; at < 60_000; at += 10) {
      breaker.legacyAnswered(true, at)
      breaker.failed(at)
      assert.equal(breaker.state, 'closed')
    }
    assert.equal(breaker.excused, true)
    breaker.succeeded(60_000)
    assert.equal(breaker.excused, false)
  })

  test('in which seven of ten requests fail, drawn at random at any share, does not keep the candidate off', () => {
    for (const share of [0.5, 0.9]) {
      let off = 0
      let all = 0
      for (let seed = 1; seed <= 50; seed++) {
        const random = seeded(seed)
        const breaker = new Breaker(settings)
        for (let at = 0; at < 3_000; at++) {
          const fails = at > 1_000 && at < 2_000 && random() < 0.7
          const drawn = random() < share
          if (!drawn || !breaker.allows(at, false)) {
            breaker.legacyAnswered(fails, at)
            if (drawn) off++
          } else if (fails) breaker.failed(at)
          else breaker.succeeded(at)
          all++
        }
      }
      assert.ok(off / all < 0.1, `${off} of ${all} at ${share}`)
    }
  })

  test('without a request to legacy is asked about: three failures of legacy close it again, and it holds then', () => {
    const breaker = new Breaker(settings)
    for (let at = 0; at < 10; at++) breaker.failed(at)
    assert.deepEqual([breaker.state, breaker.asking, breaker.allows(11, true)], ['open', true, false])
    for (let at = 11; at < 14; at++) breaker.legacyAnswered(true, at)
    assert.deepEqual([breaker.state, breaker.asking], ['closed', false])
    for (let at = 14; at < 1_000; at++) breaker.failed(at)
    assert.equal(breaker.state, 'closed')
  })
})

describe('a fault of the candidate', () => {
  test('opens it at the tenth failure while legacy is well, and needs no word of legacy', () => {
    const breaker = well()
    for (let at = 100; at < 109; at++) { breaker.legacyAnswered(false, at); breaker.failed(at) }
    assert.equal(breaker.state, 'closed')
    breaker.failed(110)
    assert.deepEqual([breaker.state, breaker.asking, breaker.excused], ['open', false, false])
  })

  test('is not hidden by some failures of legacy', () => {
    const random = seeded(7)
    const breaker = well()
    let failed = 0
    for (let at = 100; breaker.state === 'closed' && failed < 40; at++) {
      breaker.legacyAnswered(random() < 0.2, at)
      breaker.failed(at)
      failed++
    }
    assert.equal(breaker.state, 'open', `still closed after ${failed} failures`)
  })

  test('is not hidden by three failures of legacy among a dozen good answers since it began', () => {
    const breaker = well()
    const legacy = [false, false, false, true, false, false, false, false, true, false, false, false, true, false, false]
    for (let at = 100; at < 109; at++) breaker.failed(at)
    for (const failed of legacy) breaker.legacyAnswered(failed, 109)
    breaker.failed(110)
    assert.deepEqual([breaker.state, breaker.excused], ['open', false])
  })

  test('is not hidden by an outage that is over for legacy', () => {
    const breaker = well()
    for (let at = 100; at < 1_000; at++) { breaker.legacyAnswered(true, at); breaker.failed(at) }
    assert.equal(breaker.state, 'closed')
    for (let at = 1_000; at < 1_005; at++) breaker.legacyAnswered(false, at)
    breaker.failed(1_005)
    assert.equal(breaker.state, 'open')
  })

  test('is not hidden by what legacy did long ago: it is asked again', () => {
    const breaker = well()
    for (let at = 100; at < 1_000; at++) { breaker.legacyAnswered(true, at); breaker.failed(at) }
    breaker.failed(999 + settings.openMs)
    assert.equal(breaker.state, 'closed')
    breaker.failed(1_000 + settings.openMs)
    assert.equal(breaker.state, 'open')
  })

  test('without a request to legacy is asked about: five good answers of legacy, and it stays open', () => {
    const breaker = new Breaker(settings)
    for (let at = 0; at < 10; at++) breaker.failed(at)
    for (const failed of [true, false, true, false, false, false, false]) breaker.legacyAnswered(failed, 20)
    assert.deepEqual([breaker.state, breaker.asking], ['open', false])
    for (let at = 30; at < 40; at++) breaker.legacyAnswered(true, at)
    assert.equal(breaker.state, 'open', 'the word was given')
  })

  test('is taken for one when legacy says nothing within the breaker\'s time', () => {
    const breaker = new Breaker(settings)
    for (let at = 0; at < 10; at++) breaker.failed(at)
    assert.equal(breaker.asking, true)
    assert.equal(breaker.allows(9 + settings.openMs, true), true)
    assert.deepEqual([breaker.state, breaker.asking], ['half-open', false])
  })
})

test('a breaker that is turned off never opens, and knows an excuse all the same', () => {
  const breaker = new Breaker({ ...settings, enabled: false })
  for (let at = 0; at < 30; at++) { breaker.legacyAnswered(true, at); breaker.failed(at) }
  assert.deepEqual([breaker.state, breaker.excused], ['closed', true])
  for (let at = 30; at < 60; at++) { breaker.legacyAnswered(false, at); breaker.failed(at) }
  assert.deepEqual([breaker.state, breaker.excused], ['closed', false])
})
