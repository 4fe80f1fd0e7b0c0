import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cacheInMemory } from '../../data/cache/memory.ts'
import { catalogue } from '../../domain/catalogue.ts'
import { createHealthReports } from '../../domain/health.ts'
import type { ModelStatus } from '../../types/models.ts'

function reports ({ pingDatabase = async () => {}, status = () => 'available', patience = 10_000 }: { pingDatabase?: () => Promise<unknown>, status?: (id: string) => ModelStatus, patience?: number } = {}) {
  return createHealthReports({
    catalogue,
    health: { status, latency: () => null, errorRate: () => 0, record () {}, clear () {} },
    cache: cacheInMemory({ most: 1 }),
    pingDatabase,
    readSystem: () => ({ memoryMb: 1, load: 0, cpus: 1 }),
    now: () => 0,
    patience
  })
}

describe('the health of a process', () => {
  test('is degraded when any model is, and down when the database is', async () => {
    for (const [status, pingDatabase, told] of [
      ['available', async () => {}, 'ok'],
      ['degraded', async () => {}, 'degraded'],
      ['unavailable', async () => {}, 'degraded'],
      ['unavailable', async () => { throw new Error('away') }, 'down']
    ] as const) {
      const report = await reports({ pingDatabase, status: id => id === 'gpt-4.1' ? status : 'available' })()
      assert.equal(report.status, told)
      assert.equal(report.database, told === 'down' ? 'down' : 'ok')
    }
  })

  test('is down when the database does not answer in time', async () => {
    assert.equal((await reports({ pingDatabase: () => new Promise(() => {}), patience: 10 })()).status, 'down')
  })

  test('is asked of the database once for all who ask at the same time, and anew for the next', async () => {
    let pings = 0
    const report = reports({ pingDatabase: async () => { pings++ } })
    await Promise.all([report(), report(), report()])
    assert.equal(pings, 1)
    await report()
    assert.equal(pings, 2)
  })
})
