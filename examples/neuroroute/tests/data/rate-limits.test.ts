import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createPool } from '../../data/pool.ts'
import { countInPostgres } from '../../data/rate-limits/postgres.ts'
import { countInRedis } from '../../data/rate-limits/redis.ts'
import { connectRedis } from '../../data/redis.ts'
import { retryAfter, type RateLimits } from '../../domain/rate-limits.ts'
import { openWorld, redisMissing, silent, startRedis, until, type World } from './world.ts'

/** Asks two servers at once for two keys, and looks whether each key's requests got 1, 2, 3 … once each. */
async function assertExact (servers: readonly RateLimits[], each = 60): Promise<void> {
  const keys = [randomUUID(), randomUUID()]
  const counts = await Promise.all(keys.map(async key => (await Promise.all(Array.from({ length: each }, async (_, index) => await servers[index % servers.length]!.hit(key)))).map(({ count, restMs }) => {
    assert.ok(restMs > 0 && restMs <= 60_000, String(restMs))
    return count
  })))
  for (const told of counts) assert.deepEqual(told.sort((a, b) => a - b), Array.from({ length: each }, (_, index) => index + 1))
}

async function assertNewWindow (limits: RateLimits): Promise<void> {
  const key = randomUUID()
  assert.equal((await limits.hit(key)).count, 1)
  // The store's clock: nothing to set, a few milliseconds to wait.
  await until('the window ends', async () => (await limits.hit(key)).count === 1)
}

describe('requests counted in PostgreSQL', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  test('by two servers at once are counted exactly, each once', async t => {
    const url = await world.cloneDatabase()
    const pools = [1, 2].map(() => createPool({ url, size: 4, log: silent }))
    t.after(() => Promise.all(pools.map(pool => pool.end())))
    await assertExact(pools.map(pool => countInPostgres(pool)))
    const { rows } = await pools[0]!.query('select count from rate_limits')
    assert.deepEqual(rows, [{ count: 60 }, { count: 60 }])
  })

  test('begin a new window when the last has ended', async t => {
    const pool = createPool({ url: await world.cloneDatabase(), size: 2, log: silent })
    t.after(() => pool.end())
    await assertNewWindow(countInPostgres(pool, { window: 40 }))
  })

  test('that go together into a new window are its first', async t => {
    const pool = createPool({ url: await world.cloneDatabase(), size: 2, log: silent })
    t.after(() => pool.end())
    const limits = countInPostgres(pool)
    const key = randomUUID()
    await pool.query("insert into rate_limits values ($1, now() - interval '61 s', 99)", [key])
    assert.deepEqual((await Promise.all([1, 2, 3].map(() => limits.hit(key)))).map(({ count }) => count), [1, 2, 3])
  })

  test('fail when the database is away', async () => {
    const pool = createPool({ url: await world.cloneDatabase(), size: 1, log: silent })
    const limits = countInPostgres(pool)
    await pool.end()
    await assert.rejects(limits.hit(randomUUID()))
  })
})

describe('requests counted in Redis', { skip: redisMissing }, () => {
  test('by two servers at once are counted exactly, under the key of both faces', async t => {
    const { url } = await startRedis(t)
    const links = await Promise.all([1, 2].map(() => connectRedis({ url, log: silent })))
    t.after(() => Promise.all(links.map(link => link.close())))
    await assertExact(links.map(link => countInRedis(link)))
    const key = randomUUID()
    await countInRedis(links[0]!).hit(key)
    assert.equal(await links[1]!.get(`nr:rate:${key}`), '1')
  })

  test('begin a new window when the last has ended', async t => {
    const { url } = await startRedis(t)
    const redis = await connectRedis({ url, log: silent })
    t.after(() => redis.close())
    await assertNewWindow(countInRedis(redis, { window: 40 }))
  })

  test('fail at once when Redis is away', async t => {
    const { url, stop } = await startRedis(t)
    const redis = await connectRedis({ url, log: silent })
    t.after(() => redis.close())
    await stop()
    await until('the connection is lost', async () => await countInRedis(redis).hit(randomUUID()).then(() => false, () => true))
    const began = performance.now()
    await assert.rejects(countInRedis(redis).hit(randomUUID()))
    assert.ok(performance.now() - began < 900)
  })
})

test('who is refused is told whole seconds until the window ends, at least one', () => {
  for (const [restMs, seconds] of [[0, 1], [1, 1], [1000, 1], [1001, 2], [59_999, 60]] as const) assert.equal(retryAfter({ count: 3, restMs }), seconds)
})
