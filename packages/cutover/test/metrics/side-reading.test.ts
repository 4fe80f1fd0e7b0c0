import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { createRecorder } from '../../src/metrics/recorder.ts'
import { createRegistry } from '../../src/metrics/registry.ts'
import type { CellReading } from '../../src/metrics/side-reading.ts'

const registry = createRegistry({ features: ['vehicles'] })
after(() => registry.close())

test('a fallback is one request and one failure, though its status and its cause are both counted', () => {
  const cell = registry.cell('vehicles', 'candidate')
  cell.record(200, 2)
  cell.record(500, 3)
  cell.record(503, 3)
  cell.fellBack('status')
  cell.record(404, 1)
  const { requests, failures, fallbacks } = registry.reading('vehicles', 'candidate')
  assert.deepEqual({ requests, failures, fallbacks }, { requests: 4, failures: 2, fallbacks: 1 })
  assert.equal(registry.reading('vehicles', 'legacy').requests, 0)
  assert.throws(() => registry.reading('vehicle', 'legacy'), { code: 'CUT_FEATURE_UNKNOWN' })
})

test('a request that hangs is over a bound before it has ended, and is not counted again when it ends', () => {
  const recorder = createRecorder(0)
  recorder.record(200, 5)
  const hanging = recorder.reading({ agesMs: [120, 3], overdueMs: 50 })
  assert.equal(hanging.requests, 2)
  assert.equal(hanging.latencies.over(50), 1)
  assert.equal(hanging.latencies.over(150), 0)
  assert.equal(hanging.latencies.known(50), 2)
  assert.equal(hanging.latencies.known(150), 1)
  assert.equal(hanging.latencies.known(1), 3)
  recorder.record(504, 200)
  const ended = recorder.reading({ agesMs: [], overdueMs: 50 })
  assert.equal(ended.requests, 2)
  assert.equal(ended.latencies.over(50), 1)
  assert.equal(ended.latencies.known(150), 2)
})

test('a client that left says that its answer took longer than it waited, and nothing of longer bounds', () => {
  const recorder = createRecorder(0)
  recorder.record(0, 80)
  const { requests, failures, latencies } = recorder.reading({ agesMs: [], overdueMs: 50 })
  assert.deepEqual([requests, failures, latencies.over(50), latencies.known(50), latencies.over(100), latencies.known(100)], [1, 0, 1, 1, 0, 0])
  assert.equal(recorder.reading().requests, 0)
})

test('a quantile since a reading is of what came after it, and of what is overdue', () => {
  const recorder = createRecorder(0)
  for (let i = 0; i < 100; i++) recorder.record(200, 500)
  const before = recorder.reading().latencies
  assert.equal(recorder.reading().latencies.quantileSince(before, 0.5), null)
  for (let i = 0; i < 9; i++) recorder.record(200, 10)
  const now = recorder.reading({ agesMs: [2, 900], overdueMs: 50 }).latencies
  near(now.quantileSince(before, 0.5), 10)
  near(now.quantileSince(before, 1), 900)
  near(now.quantileSince(undefined, 0.5), 500)
  near(before.quantileSince(undefined, 1), 500)
})

test('without another reading a quantile is of the last minute, unless that is too little', () => {
  const recorder = createRecorder(0)
  for (let i = 0; i < 3000; i++) recorder.record(200, 800)
  recorder.tick(30_000)
  recorder.tick(60_000)
  for (let i = 0; i < 1999; i++) recorder.record(200, 4)
  near(recorder.reading().latencies.quantileSince(undefined, 0.9), 800)
  recorder.record(200, 4)
  near(recorder.reading().latencies.quantileSince(undefined, 1), 4)
})

test('a reading does not change with what is recorded after it', () => {
  const recorder = createRecorder(0)
  recorder.record(200, 5)
  const { latencies } = recorder.reading()
  recorder.record(200, 5)
  assert.deepEqual([latencies.total, latencies.over(1), latencies.known(1)], [1, 1, 1])
})

test('whatever becomes of requests, totals only grow, and each request counts once for each bound', () => {
  const request = fc.record({ start: fc.integer({ min: 0, max: 300 }), lasts: fc.integer({ min: 0, max: 200 }), status: fc.constantFrom(200, 500, 504, 0) })
  fc.assert(fc.property(fc.array(request, { maxLength: 30 }), fc.constantFrom(1, 20, 50, 150), (requests, overdueMs) => {
    const recorder = createRecorder(0)
    let before: CellReading | undefined
    for (let now = 0; now <= 520; now += 20) {
      for (const { start, lasts, status } of requests) if (start + lasts > now - 20 && start + lasts <= now) recorder.record(status, lasts)
      const agesMs = requests.filter(({ start, lasts }) => start <= now && start + lasts > now).map(({ start }) => now - start)
      const reading = recorder.reading({ agesMs, overdueMs })
      for (const bound of [1, 20, 50, 150, 1000]) {
        const [over, known] = [reading.latencies.over(bound), reading.latencies.known(bound)]
        assert.ok(over <= known)
        assert.ok(known - over >= (before?.latencies.known(bound) ?? 0) - (before?.latencies.over(bound) ?? 0))
        assert.ok(over >= (before?.latencies.over(bound) ?? 0))
      }
      assert.ok(reading.failures <= reading.requests)
      assert.ok(reading.requests >= (before?.requests ?? 0))
      before = reading
    }
    assert.equal(before!.failures, requests.filter(({ status }) => status >= 500).length)
    assert.equal(before!.latencies.over(1000), 0)
  }))
})

function near (actual: number | null, wanted: number): void {
  assert.ok(actual !== null && Math.abs(actual - wanted) <= wanted * 0.01, `${actual} is not within 1 % of ${wanted}`)
}

test('what a tester forces is in the counts for people, and in no reading that gates look at', () => {
  const own = createRegistry({ features: ['forced'] })
  after(() => own.close())
  const forced = own.cell('forced', 'candidate', true)
  for (const status of [500, 503, 200, 0]) forced.record(status, 900)
  own.cell('forced', 'candidate').record(500, 10)
  own.cell('forced', 'candidate').record(200, 10)
  const { requests, failures, latencies } = own.reading('forced', 'candidate', { agesMs: [], overdueMs: 50 })
  assert.deepEqual([requests, failures, latencies.over(100), latencies.known(100)], [2, 1, 0, 2])
  const stats = own.stats('forced', 'candidate')
  assert.deepEqual([stats.requests, stats.errors, stats.aborted], [6, 3, 1])
})
