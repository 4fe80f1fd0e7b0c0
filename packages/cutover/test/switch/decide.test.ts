import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import type { BackendName } from '../../src/config/target.ts'
import { BUCKETS, bucketOf } from '../../src/switch/bucket.ts'
import { decide, needsKey } from '../../src/switch/decide.ts'
import { FeatureRuntime } from '../../src/switch/feature.ts'
import { Routing } from '../../src/switch/routing.ts'
import { type FeatureInput, settingsOf } from './control-parts.ts'

function runtime (feature: FeatureInput, state: { readonly share?: number, readonly rolledBack?: boolean, readonly open?: boolean } = {}): FeatureRuntime {
  const { features, breaker } = settingsOf({ a: { stickyBy: 'header:x-user', ...feature } })
  const made = new FeatureRuntime(features[0]!, breaker, {})
  made.share = state.share ?? made.share
  made.rolledBack = state.rolledBack ?? false
  if (state.open === true) for (let i = 0; i < breaker.failures; i++) made.breaker.failed(0)
  return made
}

const never = (): number => { throw new Error('drew') }

test('the first that applies decides: forced, pinned, share, breaker', () => {
  const pin = { legacy: ['old'], candidate: ['new'] }
  const rows: ReadonlyArray<readonly [state: object, key: string | undefined, forced: BackendName | undefined, expected: string]> = [
    [{ share: 0 }, 'u', undefined, 'legacy share'],
    [{ share: BUCKETS }, 'u', undefined, 'candidate share'],
    [{ share: BUCKETS }, undefined, undefined, 'candidate share'],
    [{ share: 0 }, 'new', undefined, 'candidate pinned'],
    [{ share: BUCKETS }, 'old', undefined, 'legacy pinned'],
    [{ share: 0 }, 'old', 'candidate', 'candidate forced'],
    [{ share: BUCKETS }, 'new', 'legacy', 'legacy forced'],
    [{ share: BUCKETS, open: true }, 'u', undefined, 'legacy breaker'],
    [{ share: 0, open: true }, 'u', undefined, 'legacy share'],
    [{ share: BUCKETS, open: true }, 'new', undefined, 'legacy breaker'],
    [{ share: BUCKETS, open: true }, 'old', undefined, 'legacy pinned'],
    [{ share: BUCKETS, open: true }, 'u', 'candidate', 'candidate forced'],
    [{ share: 0, rolledBack: true }, 'new', undefined, 'legacy share'],
    [{ share: 0, rolledBack: true }, 'old', undefined, 'legacy pinned'],
    [{ share: 0, rolledBack: true }, 'new', 'candidate', 'candidate forced']
  ]
  for (const [state, key, forced, expected] of rows) {
    const { backend, reason } = decide(runtime({ pin }, state), key, forced, true, 0, never)
    assert.equal(`${backend} ${reason}`, expected, JSON.stringify([state, key, forced]))
  }
})

test('a key decides by its bucket, a request without one by a draw', () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 0, max: BUCKETS }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (key, share, drawn) => {
    const feature = runtime({}, { share })
    assert.equal(decide(feature, key, undefined, true, 0, never).backend, bucketOf(feature.seed, key) < share ? 'candidate' : 'legacy')
    assert.equal(decide(feature, undefined, undefined, true, 0, () => drawn).backend, Math.floor(drawn * BUCKETS) < share ? 'candidate' : 'legacy')
  }))
})

test('raising a share moves no key off the candidate, lowering it none onto it', () => {
  const share = fc.integer({ min: 0, max: BUCKETS })
  fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 50 }), share, share, (keys, from, to) => {
    const on = (share: number): string[] => keys.filter(key => decide(runtime({}, { share }), key, undefined, true, 0, never).backend === 'candidate')
    const [before, after] = [on(from), on(to)]
    const [fewer, more] = from <= to ? [before, after] : [after, before]
    assert.ok(fewer.every(key => more.includes(key)))
  }))
})

test('a decision is ready-made: the same request gives the same object', () => {
  const feature = runtime({}, { share: 5_000 })
  assert.equal(decide(feature, 'k', undefined, true, 0, never), decide(feature, 'k', undefined, true, 0, never))
  assert.ok(Object.isFrozen(decide(feature, 'k', undefined, true, 0, never)))
})

test('the key is only read where it can matter', () => {
  assert.deepEqual([0, 1, 9_999, BUCKETS].map(share => needsKey(runtime({}, { share }))), [false, true, true, false])
  assert.equal(needsKey(runtime({ pin: { legacy: ['a'] } }, { share: 0 })), true)
})

const request = (url: string, headers: Record<string, string> = {}, method = 'GET'): IncomingMessage =>
  ({ method, url, headers, rawHeaders: Object.entries(headers).flat(), socket: { remoteAddress: '10.0.0.1' } }) as unknown as IncomingMessage
const routing = (feature: FeatureInput, further: object = {}, random = never): Routing => {
  const made = new Routing(settingsOf({ a: feature }, further), () => undefined, random)
  return made
}
const secret = 'a-secret-of-some-length'

test('forcing needs the secret, and reaches unlisted requests too', () => {
  const made = routing({ share: '100%' }, { force: { secret } })
  const of = (url: string, value?: string): string => {
    const { backend, reason } = made.decide(request(url, value === undefined ? {} : { 'x-cutover-backend': value }), 0)
    return `${backend} ${reason}`
  }
  assert.equal(of('/a', `legacy ${secret}`), 'legacy forced')
  assert.equal(of('/none', `candidate ${secret}`), 'candidate forced')
  for (const value of [undefined, '', 'legacy', 'legacy wrong', `Legacy ${secret}`, `legacy  ${secret}`, `both ${secret}`, `legacy ${secret}x`, `${secret}`]) assert.equal(of('/a', value), 'candidate share', value)
  assert.equal(of('/none'), 'legacy unlisted')
  assert.equal(routing({ share: '100%' }).decide(request('/a', { 'x-cutover-backend': 'legacy undefined' }), 0).reason, 'share')
})

test('a session stays where it was opened, until a rollback', () => {
  const made = routing({ routes: ['/socket.io/*'], share: '0%' })
  const feature = made.features.get('a')!
  made.sessions.learn('0{"sid":"abc","upgrades":[]}', 'candidate')
  const of = (sid: string): string => {
    const { backend, reason } = made.decide(request(`/socket.io/?EIO=4&transport=polling&sid=${sid}`), 0)
    return `${backend} ${reason}`
  }
  assert.equal(of('abc'), 'candidate pinned')
  assert.equal(of('other'), 'legacy share')
  feature.rolledBack = true
  assert.equal(of('abc'), 'legacy share')
  made.sessions.learn('0{"sid":"old"}', 'legacy')
  feature.rolledBack = false
  feature.share = BUCKETS
  assert.equal(of('old'), 'legacy pinned')
})

test('the key that is made for a client falls on the side that it was given', () => {
  const made = routing({ stickyBy: 'cookie' })
  const feature = made.features.get('a')!
  let count = 0
  for (const share of [1, 5_000, 9_999]) {
    feature.share = share
    for (const backend of ['legacy', 'candidate'] as const) {
      const key = made.freshKey(feature.decisions[backend].share, () => `key-${count++}`)
      assert.equal(decide(feature, key, undefined, true, 0, never).backend, backend, `${share}`)
    }
  }
  for (const share of [0, BUCKETS]) {
    feature.share = share
    assert.equal(typeof made.freshKey(feature.decisions[share === 0 ? 'legacy' : 'candidate'].share, () => 'any'), 'string')
  }
})

test('explaining is deciding without a trace', () => {
  let draws = 0
  const made = routing({ share: '50%', stickyBy: 'header:x-user', pin: { candidate: ['tester'] } }, { force: { secret } }, () => { draws++; return 0.1 })
  const feature = made.features.get('a')!
  feature.share = 5_000
  for (const [headers, expected] of [[{ 'X-User': 'tester' }, 'candidate pinned'], [{ 'x-user': 'u1' }, `${bucketOf(feature.seed, 'u1') < 5_000 ? 'candidate' : 'legacy'} share`], [{ 'X-Cutover-Backend': `legacy ${secret}` }, 'legacy forced']] as const) {
    const { backend, reason } = made.explain({ method: 'get', url: '/A/?x', headers: { ...headers } })
    assert.equal(`${backend} ${reason}`, expected)
  }
  assert.deepEqual(made.explain({ method: 'GET', url: '/a', headers: { 'x-user': 'u1' } }).bucket, bucketOf(feature.seed, 'u1'))
  assert.deepEqual(made.explain({ method: 'GET', url: '/none' }), { backend: 'legacy', reason: 'unlisted', feature: undefined, bucket: undefined })
  for (let i = 0; i < 10; i++) feature.breaker.failed(0)
  feature.share = BUCKETS
  assert.equal(made.explain({ method: 'GET', url: '/a' }).reason, 'breaker')
  assert.equal(feature.breaker.state, 'open', 'no probe was used up')
  feature.share = 5_000
  made.explain({ method: 'GET', url: '/a' })
  assert.equal(draws, 0, 'no draw was used up')
})
