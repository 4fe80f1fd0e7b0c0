import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client } from 'pg'
import { pino } from 'pino'
import { openChangeFeed, type ChangeFeed } from '../../data/change-feed.ts'
import { migrate } from '../../data/migrate.ts'
import { createPool } from '../../data/pool.ts'
import { seed } from '../../data/seed.ts'
import { createDecodingCache } from '../../external/vpic/decoding-cache.ts'
import type { OpenServices } from '../../services.ts'
import { openWorld, type World } from '../world.ts'

const log = pino({ level: 'silent' })

async function eventually (condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 10 s')
    await new Promise(resolve => setImmediate(resolve))
  }
}

describe('the data', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world.close() })

  async function ownerOf (services: OpenServices, email: string): Promise<string> {
    const { rows: [row] } = await services.pool.query<{ id: string }>('select id from accounts where email = $1', [email])
    return row!.id
  }

  test('migrations are applied once, by however many processes start at once', async () => {
    const admin = new Client({ connectionString: await world.cloneDatabase() })
    await admin.connect()
    await admin.query('drop schema public cascade; create schema public')
    const url = `postgres://${admin.user}:${encodeURIComponent(admin.password ?? '')}@${admin.host}:${admin.port}/${admin.database}`
    const pools = Array.from({ length: 4 }, () => createPool({ url, size: 1, log }))
    const applied = await Promise.all(pools.map(migrate))
    assert.equal(applied.flat().length, 3)
    assert.equal(new Set(applied.flat()).size, 3)
    await Promise.all(pools.map(pool => pool.end()))
    await admin.end()
  })

  test('a database with accounts is not seeded again', async () => {
    const services = await world.services()
    assert.equal(await seed(services.pool), false)
    await services.close()
  })

  test('of two simultaneous inserts of one VIN one wins', async () => {
    const services = await world.services()
    const ada = await ownerOf(services, 'ada@example.com')
    const draft = { vin: '1M8GDM9AXKP042788', make: 'MCI', model: '102A3', year: 1989 }
    const answers = await Promise.all(Array.from({ length: 5 }, () => services.vehicles.add(ada, draft)))
    assert.equal(answers.filter(answer => answer.ok).length, 1)
    assert.equal((await services.vehicles.list(ada)).length, 6)
    await services.close()
  })

  test('an owner reads their own write at once, and a write of another process soon', async () => {
    const here = await world.services()
    const there = await world.services({ DATABASE_URL: here.databaseUrl })
    const ada = await ownerOf(here, 'ada@example.com')
    const [vehicle] = await here.vehicles.list(ada)
    await there.vehicles.list(ada)
    await here.vehicles.change(ada, vehicle!.id, { nickname: 'renamed' })
    assert.equal((await here.vehicles.list(ada))[0]?.nickname, 'renamed')
    await eventually(async () => (await there.vehicles.list(ada))[0]?.nickname === 'renamed')
    await there.close()
    await here.close()
  })

  test('a write past the repositories is noticed too', async () => {
    const services = await world.services()
    const ada = await ownerOf(services, 'ada@example.com')
    await services.vehicles.list(ada)
    await services.pool.query("update vehicles set nickname = 'by hand' where account_id = $1", [ada])
    await eventually(async () => (await services.vehicles.list(ada)).every(({ nickname }) => nickname === 'by hand'))
    await services.close()
  })

  test('the change feed connects again after its connection was cut', async () => {
    const url = await world.cloneDatabase()
    const feed: ChangeFeed = await openChangeFeed({ url, log, retryDelay: 1 })
    let lost = 0
    feed.onLost(() => lost++)
    assert.equal(feed.heard(), true)
    const pool = createPool({ url, size: 1, log })
    await pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vehicles changes' and datname = current_database()")
    await eventually(async () => lost > 0 && feed.heard())
    const changed = new Promise<string>(resolve => feed.onChange(resolve))
    await pool.query("select pg_notify('vehicle_changes', 'someone')")
    assert.equal(await changed, 'someone')
    await pool.end()
    await feed.close()
  })

  test('a pool outlives its idle connections', async () => {
    const pool = createPool({ url: await world.cloneDatabase(), size: 2, log })
    await pool.query('select 1')
    const broken = new Promise(resolve => pool.once('error', resolve))
    const admin = new Client({ connectionString: pool.options.connectionString })
    await admin.connect()
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
    await broken
    assert.equal((await pool.query('select 1 as one')).rows[0].one, 1)
    await admin.end()
    await pool.end()
  })

  test('decodings are kept with the order of their fields, and replaced', async () => {
    const pool = createPool({ url: await world.cloneDatabase(), size: 1, log })
    const cache = createDecodingCache(pool)
    const vehicle = { vin: '1HGCM82633A004352', make: 'HONDA', model: 'Accord', year: 2003, trim: null, bodyClass: 'Coupe', fuelType: null, manufacturer: null, plantCountry: null }
    await cache.keep(vehicle.vin, { vehicle: undefined, decodedAt: new Date(0) })
    assert.deepEqual(await cache.find(vehicle.vin), { vehicle: undefined, decodedAt: new Date(0) })
    await cache.keep(vehicle.vin, { vehicle, decodedAt: new Date(1) })
    assert.equal(JSON.stringify((await cache.find(vehicle.vin))?.vehicle), JSON.stringify(vehicle))
    assert.equal(await cache.find('1M8GDM9AXKP042788'), undefined)
    await pool.end()
  })
})
