import assert from 'node:assert/strict'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { after, before, describe, test, type TestContext } from 'node:test'
import { Client } from 'pg'
import { openSettingsFeed } from '../../data/settings-feed.ts'
import type { Environment } from '../../environment.ts'
import type { OpenServices } from '../../services.ts'
import { hashKey } from '../../domain/api-keys.ts'
import { keys, openWorld, silent, until, type World } from './world.ts'

const generation = async (services: OpenServices): Promise<number> => (await services.snapshot()).settings.generation
const cutFeed = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'neuroroute feed'"

describe('what a process knows', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  /** Services as in two processes on one database, and somebody else's connection to it. */
  async function openTwo (t: TestContext, settings: Partial<Environment> = {}) {
    const DATABASE_URL = await world.cloneDatabase()
    const client = new Client({ connectionString: DATABASE_URL })
    await client.connect()
    t.after(() => client.end())
    const [one, two] = [await world.services(t, { ...settings, DATABASE_URL }), await world.services(t, { ...settings, DATABASE_URL })] as const
    return { one, two, client }
  }

  test('changes when another process changes the settings', async t => {
    const { one, two } = await openTwo(t)
    await two.settings.change({ maxAttempts: 1 })
    assert.equal(await generation(two), 2)
    await until('the other hears it', async () => await generation(one) === 2)
    assert.equal((await one.snapshot()).settings.maxAttempts, 1)
  })

  test('changes when somebody changes the table by hand', async t => {
    const { one, client } = await openTwo(t)
    await client.query("insert into cache_generations values ('gpt-4o', 4)")
    await until('it hears it', async () => (await one.snapshot()).generations.get('gpt-4o') === 4)
  })

  test('is without a key as soon as another process has revoked it', async t => {
    const { one, two, client } = await openTwo(t)
    assert.ok(await one.apiKeys.authenticate(keys.prompt))
    assert.ok(!(one.apiKeys.authenticate(keys.prompt) instanceof Promise), 'it is known')
    const { rows: [row] } = await client.query<{ id: string }>('select id from api_keys where key_hash = $1', [hashKey(keys.prompt)])
    assert.equal(await two.apiKeys.revoke(row!.id), true)
    assert.equal(await two.apiKeys.authenticate(keys.prompt), undefined)
    await until('the other hears it', async () => await one.apiKeys.authenticate(keys.prompt) === undefined)
    assert.equal(await two.apiKeys.revoke(row!.id), false)
  })

  test('is read from the database while the feed is lost, and from memory when it is found again', async t => {
    const { one, client } = await openTwo(t)
    await one.apiKeys.authenticate(keys.all)
    // Nobody may connect anew: the feed stays lost, while the pool has its connections.
    await Promise.all(Array.from({ length: 5 }, () => one.pool.query('select pg_sleep(0.05)')))
    const { rows: [name] } = await client.query<{ name: string }>('select current_database() as name')
    await client.query(`alter database ${name!.name} connection limit 0`)
    await client.query(cutFeed)
    await until('it is lost', () => one.apiKeys.authenticate(keys.all) instanceof Promise)
    await client.query(`alter database ${name!.name} connection limit -1`)
    await until('it is found again', async () => {
      await one.apiKeys.authenticate(keys.all)
      return !(one.apiKeys.authenticate(keys.all) instanceof Promise)
    })
  })

  test('misses nothing that changed while the feed was lost', async t => {
    const { one, client } = await openTwo(t)
    await client.query('begin')
    await client.query('update settings set generation = 9')
    await client.query(cutFeed)
    await client.query('commit')
    await until('it is known', async () => await generation(one) === 9)
  })

  test('is not trusted when the connection is cut in silence', async t => {
    const url = new URL(await world.cloneDatabase())
    const port = Number(url.port)
    const sockets: Socket[] = []
    const relay = createServer(client => {
      const server = connect(port, url.hostname)
      sockets.push(client, server)
      for (const socket of [client, server]) socket.on('error', () => {})
      client.pipe(server).pipe(client)
    })
    await new Promise<void>(resolve => relay.listen(0, '127.0.0.1', resolve))
    url.port = String((relay.address() as AddressInfo).port)
    const said: string[] = []
    const feed = await openSettingsFeed({
      url: url.href,
      log: silent,
      heard: async table => { said.push(table) },
      found: async () => { said.push('found') },
      lost: () => { said.push('lost') },
      heartbeatMs: 500
    })
    t.after(async () => {
      await feed.close()
      for (const socket of sockets) socket.destroy()
      relay.close()
    })
    await until('it listens', () => said.at(-1) === 'found')
    const before = said.length
    // From here on nothing comes through, and nobody is told.
    for (const socket of sockets) socket.unpipe().pause()
    await until('it is lost, and found by a new connection', () => said.slice(before).join().startsWith('lost') && said.at(-1) === 'found')
  })

  test('begins anew when a change that was heard could not be read', async t => {
    const url = await world.cloneDatabase()
    const said: string[] = []
    const feed = await openSettingsFeed({
      url,
      log: silent,
      heard: async table => {
        said.push(table)
        throw new Error('the database was away')
      },
      found: async () => { said.push('found') },
      lost: () => { said.push('lost') }
    })
    t.after(() => feed.close())
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query("select pg_notify('neuroroute', 'settings')")
    await client.end()
    await until('it begins anew', () => said.join() === 'found,settings,lost,found')
  })

  test('is renewed before a process answers its own write', async t => {
    const { one } = await openTwo(t)
    for (let change = 2; change < 12; change++) {
      await one.settings.change({ cacheTtlSeconds: change })
      assert.equal(await generation(one), change)
      await one.settings.forgetAnswers('gpt-4o')
      assert.equal((await one.snapshot()).generations.get('gpt-4o'), change - 1)
    }
  })
})
