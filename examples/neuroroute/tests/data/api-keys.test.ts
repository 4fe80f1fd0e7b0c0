import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { drizzle } from 'drizzle-orm/node-postgres'
import { apiKeys } from '../../data/schema.ts'
import { seed } from '../../data/seed.ts'
import { describeError } from '../../services.ts'
import { keys, openWorld, type World } from './world.ts'

describe('API keys', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  test('are nowhere in the database, only their hashes', async t => {
    const { apiKeys: desk, pool } = await world.services(t)
    const { key, apiKey } = await desk.create({ name: 'mine', scopes: ['usage', 'prompt'], requestsPerMinute: 5 })
    assert.match(key, /^nr_[\w-]{43}$/)
    assert.equal(apiKey.prefix, key.slice(0, 9))
    assert.deepEqual(apiKey.scopes, ['prompt', 'usage'])
    const { rows } = await pool.query<{ row: string, key_hash: string }>('select api_keys::text as row, key_hash from api_keys')
    assert.equal(rows.length, 5)
    for (const known of [key, ...Object.values(keys)]) {
      assert.ok(rows.every(({ row }) => !row.includes(known)), 'a key is stored as it is')
      assert.ok(rows.some(({ key_hash: hash }) => hash === createHash('sha256').update(known).digest('hex')))
    }
    assert.equal((await desk.authenticate(key))?.id, apiKey.id)
  })

  test('are listed newest first, then by id, those of one moment too', async t => {
    const { apiKeys: desk } = await world.services(t)
    const seeded = (await desk.list()).map(({ id }) => id)
    assert.deepEqual(seeded, [...seeded].sort())
    const { apiKey } = await desk.create({ name: 'new', scopes: ['prompt'], requestsPerMinute: 1 })
    assert.equal((await desk.list())[0]?.id, apiKey.id)
  })

  test('that are revoked are nobody\'s, and are revoked once', async t => {
    const { apiKeys: desk } = await world.services(t)
    assert.equal(await desk.authenticate(keys.revoked), undefined)
    const { key, apiKey } = await desk.create({ name: 'short', scopes: ['prompt'], requestsPerMinute: 1 })
    assert.equal((await desk.authenticate(key))?.id, apiKey.id)
    assert.deepEqual(await Promise.all([desk.revoke(apiKey.id), desk.revoke(apiKey.id)]).then(done => done.sort()), [false, true])
    assert.equal(await desk.authenticate(key), undefined)
  })

  test('of the demonstration are not put beside others', async t => {
    const { pool } = await world.services(t)
    assert.equal(await seed(drizzle(pool)), false)
  })

  test('and hashes are not in what is logged of a query that failed', async t => {
    const { pool } = await world.services(t)
    const db = drizzle(pool)
    const error: unknown = await db.insert(apiKeys).values(await db.select().from(apiKeys)).catch((error: unknown) => error)
    assert.ok(error instanceof Error)
    assert.match(error.message, /params:.*[0-9a-f]{64}/s, 'Drizzle tells the values')
    const logged = JSON.stringify(describeError(error))
    assert.match(logged, /insert into/)
    assert.match(logged, /duplicate key/)
    assert.doesNotMatch(logged, /[0-9a-f]{64}/)
  })
})
