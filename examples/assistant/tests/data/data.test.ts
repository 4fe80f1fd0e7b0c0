import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { createAccountRepository } from '../../data/account-repository.ts'
import { migrate } from '../../data/migrate.ts'
import { countInPostgres } from '../../data/rate-limits/postgres.ts'
import { seed } from '../../data/seed.ts'
import { LimitsUnavailable } from '../../domain/rate-limits.ts'
import type { OpenServices } from '../../services.ts'
import { openWorld, type World } from '../world.ts'

describe('the database', () => {
  let world: World
  let services: OpenServices
  before(async () => {
    world = await openWorld()
    services = await world.services()
  })
  after(async () => {
    await services?.close()
    await world?.close()
  })

  test('is migrated once and seeded once', async () => {
    assert.deepEqual(await migrate(services.pool), [])
    assert.equal(await seed(services.pool), false)
  })

  test('keeps one account for an address, whatever its case', async () => {
    const store = createAccountRepository(services.pool)
    const email = `${randomUUID()}@example.com`
    const added = await Promise.all(['a', 'B'].map(async name => await store.insert({ email: name === 'a' ? email : email.toUpperCase(), name, passwordHash: 'x' })))
    assert.equal(added.filter(account => account !== undefined).length, 1)
    assert.equal((await store.findByEmail(email.toUpperCase()))?.id, added.find(account => account !== undefined)?.id)
  })

  test('changes only what is given, and tells null from nothing', async () => {
    const store = createAccountRepository(services.pool)
    const { id } = (await store.insert({ email: `${randomUUID()}@example.com`, name: 'A', passwordHash: 'x' }))!
    assert.equal((await store.update(id, { bio: 'text' }))?.name, 'A')
    assert.equal((await store.update(id, { name: 'B' }))?.bio, 'text')
    assert.equal((await store.update(id, { bio: null }))?.bio, null)
    assert.equal(await store.update(randomUUID(), { name: 'B' }), undefined)
  })

  test('counts requests at once one after the other, in one window', async () => {
    const counters = countInPostgres(services.pool)
    const key = randomUUID()
    const counts = await Promise.all(Array.from({ length: 20 }, async () => await counters.hit(key, 60_000)))
    assert.deepEqual(counts.map(({ hits }) => hits).sort((a, b) => a - b), Array.from({ length: 20 }, (_, index) => index + 1))
    for (const { resetMs } of counts) assert.ok(resetMs > 0 && resetMs <= 60_000)
  })

  test('begins a new window after the end of the last, and removes those that nobody asks for', async () => {
    let now = 0
    const counters = countInPostgres(services.pool, { now: () => now })
    const [key, other] = [randomUUID(), randomUUID()]
    await counters.hit(other, 1)
    assert.equal((await counters.hit(key, 30)).hits, 1)
    let hits = 2
    // The database's clock: nothing to set, a few milliseconds to wait.
    for (const end = performance.now() + 5_000; hits !== 1 && performance.now() < end; await wait(10)) ({ hits } = await counters.hit(key, 30))
    assert.equal(hits, 1)
    now = 60_000
    await counters.hit(key, 60_000)
    let left = 1
    for (const end = performance.now() + 5_000; left !== 0 && performance.now() < end; await wait(5)) left = (await services.pool.query('select 1 from rate_limits where key = $1', [other])).rows.length
    assert.equal(left, 0)
  })

  test('says that it cannot count when it is gone', async () => {
    const own = await world.services()
    const counters = countInPostgres(own.pool)
    await own.close()
    await assert.rejects(counters.hit('a', 1), LimitsUnavailable)
  })
})
