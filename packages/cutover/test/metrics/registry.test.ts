import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createRegistry, type Registry } from '../../src/metrics/registry.ts'

const opened: Registry[] = []
after(() => { for (const registry of opened) registry.close() })

function setUp (...features: string[]) {
  const time = { now: 5000 }
  const registry = createRegistry({ features, clock: () => time.now })
  opened.push(registry)
  return { time, registry }
}

function near (actual: number | null, wanted: number) {
  assert.ok(actual !== null && Math.abs(actual - wanted) <= wanted * 0.01 + 0.001, `${actual} is not within 1 % of ${wanted}`)
}

test('nothing counted has no percentiles rather than zeros', () => {
  const { registry } = setUp('vehicles')
  assert.deepEqual(registry.stats('vehicles', 'candidate'), {
    requests: 0, errors: 0, clientErrors: 0, aborted: 0, fallbacks: 0, perSecond: 0, p50Ms: null, p95Ms: null, p99Ms: null
  })
})

test('answers are counted by status class, apart for each feature and backend', () => {
  const { registry } = setUp('vehicles', 'health')
  const cell = registry.cell('vehicles', 'candidate')
  assert.equal(cell, registry.cell('vehicles', 'candidate'))
  for (const status of [200, 204, 304, 400, 404, 429, 500, 503, 0, 101]) cell.record(status, 1)
  cell.fellBack('status')
  cell.fellBack('unreachable')
  registry.unlisted.legacy.record(200, 1)
  const stats = registry.stats('vehicles', 'candidate')
  assert.equal(stats.requests, 10)
  assert.equal(stats.errors, 2)
  assert.equal(stats.clientErrors, 3)
  assert.equal(stats.aborted, 1)
  assert.equal(stats.fallbacks, 2)
  assert.equal(registry.stats('vehicles', 'legacy').requests, 0)
  assert.equal(registry.stats('health', 'candidate').requests, 0)
  assert.equal(registry.stats(undefined, 'legacy').requests, 1)
  assert.equal(registry.cell(undefined, 'legacy'), registry.unlisted.legacy)
})

test('a status that HTTP does not know counts as an error', () => {
  const { registry } = setUp('vehicles')
  for (const status of [99, 600, 999, -1, NaN]) registry.cell('vehicles', 'legacy').record(status, 1)
  assert.equal(registry.stats('vehicles', 'legacy').errors, 5)
})

test('percentiles are within one per cent', () => {
  const { registry } = setUp('vehicles')
  for (let i = 1; i <= 1000; i++) registry.cell('vehicles', 'legacy').record(200, i)
  const stats = registry.stats('vehicles', 'legacy')
  near(stats.p50Ms, 500)
  near(stats.p95Ms, 950)
  near(stats.p99Ms, 990)
})

test('latencies beyond the range are clamped and never throw', () => {
  const { registry } = setUp('vehicles')
  const cell = registry.cell('vehicles', 'legacy')
  for (const ms of [-1, NaN, 0, 1e12, Infinity]) cell.record(200, ms)
  assert.equal(registry.stats('vehicles', 'legacy').requests, 5)
  near(registry.stats('vehicles', 'legacy').p99Ms, 600_000)
})

test('a client that left first is counted but not timed', () => {
  const { registry } = setUp('vehicles')
  registry.cell('vehicles', 'legacy').record(0, 9000)
  assert.equal(registry.stats('vehicles', 'legacy').p99Ms, null)
  registry.cell('vehicles', 'legacy').record(200, 10)
  near(registry.stats('vehicles', 'legacy').p99Ms, 10)
})

test('recent percentiles forget what is over a minute old, totals do not', () => {
  const { registry, time } = setUp('vehicles')
  const cell = registry.cell('vehicles', 'legacy')
  cell.record(200, 1000)
  time.now += 30_000
  registry.stats('vehicles', 'legacy')
  cell.record(200, 10)
  near(registry.stats('vehicles', 'legacy').p99Ms, 1000)
  time.now += 30_000
  near(registry.stats('vehicles', 'legacy').p99Ms, 10)
  time.now += 3_600_000
  assert.equal(registry.stats('vehicles', 'legacy').p99Ms, null)
  cell.record(200, 20)
  const snapshot = registry.snapshot().find(cell => cell.feature === 'vehicles' && cell.backend === 'legacy')!
  assert.equal(snapshot.total.count, 3)
  assert.equal(snapshot.recent.count, 1)
  near(snapshot.total.p99Ms, 1000)
  near(snapshot.recent.p99Ms, 20)
})

test('after a long silence nothing is recent, though no reading came between', () => {
  const { registry, time } = setUp('vehicles')
  registry.cell('vehicles', 'legacy').record(200, 1000)
  time.now += 3_600_000
  assert.equal(registry.stats('vehicles', 'legacy').p99Ms, null)
})

test('the rate is over the last ten seconds', () => {
  const { registry, time } = setUp('vehicles')
  const cell = registry.cell('vehicles', 'legacy')
  const second = (requests: number) => {
    for (let i = 0; i < requests; i++) cell.record(200, 1)
    time.now += 1000
    return registry.stats('vehicles', 'legacy').perSecond
  }
  assert.equal(second(50), 50)
  for (let i = 0; i < 20; i++) second(100)
  assert.equal(second(100), 100)
  for (let i = 0; i < 5; i++) second(0)
  assert.equal(registry.stats('vehicles', 'legacy').perSecond, 50)
  for (let i = 0; i < 5; i++) second(0)
  assert.equal(registry.stats('vehicles', 'legacy').perSecond, 0)
})

test('a snapshot has exact histogram buckets for each status class that occurred', () => {
  const { registry } = setUp('vehicles')
  const cell = registry.cell('vehicles', 'candidate')
  for (const ms of [5, 5.001, 10_000, 10_001]) cell.record(200, ms)
  cell.record(503, 30)
  const { answers } = registry.snapshot().find(cell => cell.feature === 'vehicles' && cell.backend === 'candidate')!
  assert.deepEqual(answers.map(answer => answer.statusClass), ['2xx', '5xx'])
  const ok = answers[0]!
  assert.equal(ok.count, 4)
  assert.equal(ok.buckets[0], 1)
  assert.equal(ok.buckets[1], 1)
  assert.equal(ok.buckets[13], 1)
  assert.equal(ok.buckets[14], 1)
  assert.ok(Math.abs(ok.sumSeconds - 20.011001) < 1e-6)
})

test('an unknown feature is refused with the known ones', () => {
  const { registry } = setUp('vehicles', 'health')
  assert.throws(() => registry.cell('vehicle', 'legacy'), { code: 'CUT_FEATURE_UNKNOWN', message: /"vehicle".*vehicles, health/ })
})

test('the timer of a registry does not keep the process alive', () => {
  const { registry } = setUp()
  assert.equal(process.getActiveResourcesInfo().includes('Timeout'), false)
  registry.close()
})
