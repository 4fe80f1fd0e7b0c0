import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { ListenerTarget } from '../../../src/config/target.ts'
import { NO_BODY } from '../../../src/message/body.ts'
import type { Exchange } from '../../../src/message/exchange.ts'
import { type CompareLive, Shadow } from '../../../src/switch/observe/shadow.ts'
import { until } from '../../fixtures/wire/until.ts'
import { settingsOf } from '../control-parts.ts'

const same = { total: 0, counts: {}, differences: [] }
const about = { additions: '', address: '127.0.0.1' }
const target: ListenerTarget = { kind: 'listener', request: (_, response) => { response.end('x') }, acceptsUpgrade: () => false, upgrade: () => {} }

const exchange = (): Exchange => ({
  backend: 'legacy',
  feature: 'all',
  request: { method: 'GET', target: '/', headers: [['Host', 'x']], body: NO_BODY },
  response: { status: 200, headers: [], body: Buffer.from('x') }
})

function open (t: TestContext, compare: CompareLive): Shadow {
  const settings = settingsOf({ all: { routes: ['/*'] } }, { shadow: { share: '100%' } })
  const shadow = new Shadow(settings, { legacy: target, candidate: target }, compare, Math.random, () => {})
  t.after(() => shadow.close())
  return shadow
}

const counts = (shadow: Shadow): Record<string, number> => {
  const { same, skipped } = shadow.counts.snapshot()[0]!
  return { same, ...skipped }
}

test('the exchange is made when its turn comes, and what it held is given back whatever happens', async t => {
  const shadow = open(t, () => same)
  let [made, released] = [0, 0]
  const take = (make: () => Exchange): boolean => shadow.take(() => { made++; return make() }, () => { released++ }, 'all', about)
  assert.equal(take(exchange), true)
  assert.equal(made, 0)
  take(() => { throw new Error('no head') })
  take(() => ({ ...exchange(), response: { status: 200, headers: [['Content-Type', 'text/event-stream']], body: NO_BODY } }))
  take(() => ({ ...exchange(), request: { ...exchange().request, truncated: { length: 9 } } }))
  await until(() => Object.values(counts(shadow)).reduce((sum, count) => sum + count, 0) === 4, () => JSON.stringify(counts(shadow)))
  assert.deepEqual(counts(shadow), { same: 1, error: 1, stream: 1, size: 1 })
  assert.deepEqual([made, released, shadow.budget.used], [4, 4, 0])
})

test('large bodies that differ take a fiftieth of the time; small ones go on meanwhile', async t => {
  const shadow = open(t, legacy => {
    if (legacy.response.body.length > 1) for (const until = performance.now() + 20; performance.now() < until;);
    return same
  })
  const large = (): Exchange => ({ ...exchange(), response: { status: 200, headers: [], body: Buffer.alloc(20_000, 'y') } })
  const total = (): number => Object.values(counts(shadow)).reduce((sum, count) => sum + count, 0)
  for (let i = 0; i < 4; i++) shadow.take(large, () => {}, 'all', about)
  for (let i = 0; i < 4; i++) shadow.take(exchange, () => {}, 'all', about)
  await until(() => total() === 8, () => JSON.stringify(counts(shadow)))
  assert.deepEqual(counts(shadow), { same: 5, load: 3 })
})

test('of more than may wait the oldest go, and they are counted', async t => {
  const shadow = open(t, () => same)
  let released = 0
  for (let i = 0; i < 1_005; i++) shadow.take(exchange, () => { released++ }, 'all', about)
  assert.equal(counts(shadow)['concurrency'], 5)
  assert.equal(released, 5)
  await shadow.close()
  assert.deepEqual([released, shadow.budget.used, shadow.take(exchange, () => {}, 'all', about)], [1_005, 0, false])
})
