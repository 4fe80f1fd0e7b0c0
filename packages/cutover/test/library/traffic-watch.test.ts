import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { watchTraffic } from '../../src/library/traffic-watch.ts'
import { createRegistry } from '../../src/metrics/registry.ts'
import type { Traffic } from '../../src/report/traffic.ts'

function world (t: TestContext) {
  const stateDir = mkdtempSync(join(tmpdir(), 'cutover-traffic-'))
  const registry = createRegistry({ features: ['vehicles', 'health'] })
  t.after(() => {
    registry.close()
    rmSync(stateDir, { recursive: true, force: true })
  })
  const time = { ms: 0 }
  const warnings: string[] = []
  return {
    stateDir,
    registry,
    time,
    warnings,
    open: () => watchTraffic({
      stateDir, features: ['vehicles', 'health'], registry, clock: () => time.ms, now: () => new Date(1_700_000_000_000 + time.ms), log: ({ message }) => { warnings.push(message) }
    }),
    read: () => JSON.parse(readFileSync(join(stateDir, 'traffic.json'), 'utf8')) as Traffic
  }
}

test('the last request of legacy is kept, and how long it has been quiet, over restarts', async t => {
  const { registry, time, open, read, stateDir } = world(t)
  const first = await open()
  registry.cell('vehicles', 'legacy').record(200, 5)
  time.ms = 30_000
  await first.close()
  assert.deepEqual([read().features['vehicles']!.legacyAt, read().features['vehicles']!.quietMs], ['2023-11-14T22:13:50.000Z', 0])
  assert.equal(statSync(join(stateDir, 'traffic.json')).mode & 0o777, 0o600)
  // Ten hours in which nothing watched.
  time.ms = 36_030_000
  // A new process counts from nothing.
  const again = createRegistry({ features: ['vehicles', 'health'] })
  t.after(() => again.close())
  const second = await watchTraffic({ stateDir, features: ['vehicles', 'health'], registry: again, clock: () => time.ms, now: () => new Date(1_700_000_000_000 + time.ms), log: () => {} })
  again.cell('vehicles', 'candidate').record(200, 5)
  time.ms += 60_000
  await second.close()
  const { vehicles, health } = read().features
  assert.deepEqual([vehicles!.legacyAt, vehicles!.quietMs, vehicles!.candidateAt], ['2023-11-14T22:13:50.000Z', 60_000, '2023-11-15T08:14:50.000Z'])
  assert.deepEqual([health!.legacyAt, health!.quietMs], [null, 90_000])
})

test('what legacy answered in the candidate\'s place is traffic of legacy', async t => {
  const { registry, time, open, read } = world(t)
  const watch = await open()
  registry.cell('vehicles', 'candidate').fellBack('status')
  time.ms = 10_000
  await watch.close()
  assert.equal(read().features['vehicles']!.quietMs, 0)
  assert.notEqual(read().features['vehicles']!.legacyAt, null)
})

test('a machine that slept did not watch', async t => {
  const { time, open, read } = world(t)
  const watch = await open()
  time.ms = 40 * 3_600_000
  await watch.close()
  assert.equal(read().features['vehicles']!.quietMs, 120_000)
})

test('a record that cannot be read is begun anew, with a warning', async t => {
  const { time, open, read, stateDir, warnings } = world(t)
  writeFileSync(join(stateDir, 'traffic.json'), '{"version":1,"at":"2023-11-14T00:00:00Z","features":{"vehicles":{"since":"2020-01-01T00:00:00Z","legacyAt":null,"candidateAt":null,"quietMs":"long"}}}')
  const watch = await open()
  time.ms = 1000
  await watch.close()
  assert.equal(read().features['vehicles']!.quietMs, 1000)
  assert.match(warnings.join('\n'), /counted anew/)
})
