import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { after, before, describe, it, type TestContext } from 'node:test'
import { hostDigits } from '../../../src/state/database-name.ts'
import { openPostgres, type PostgresOptions } from '../../../src/state/postgres/open.ts'
import type { TableDump } from '../../../src/state/state.ts'
import { openSource, startServer, type TestServer } from './database.ts'

const shop = `
  create table people (id uuid primary key, name text, born timestamptz, day date, photo bytea, ratio float8, paid numeric(6,2), tags text[], facts jsonb, span interval, yes boolean);
  create table orders (id serial primary key, person uuid references people, what text);
  create table loose (text text, n int);
  insert into people values ('00000000-0000-4000-8000-000000000002', 'grace', '2026-01-02 03:04:05.6+02', '2026-01-02', '\\x00ff', 0.1, 1.50, '{a,null}', '{"b":1,"a":2}', '90 minutes', true),
    ('00000000-0000-4000-8000-000000000001', null, null, null, null, 'NaN', null, null, null, null, null);
  insert into orders (person, what) values ('00000000-0000-4000-8000-000000000002', 'nuts'), (null, 'bolts');
  insert into loose values ('b', 1), ('a', 2), ('a', 1), (null, 3)`

describe('PostgreSQL as a source of clones', () => {
  let server: TestServer
  before(async () => { server = await startServer() })
  after(() => server.stop())

  const open = (t: TestContext, sql: string, options?: PostgresOptions) => openSource(t, server, sql, options)

  const tableOf = (tables: readonly TableDump[], name: string) => tables.find(table => table.name === name)!
  const mine = async (url: string) => (await server.run(url, `select datname from pg_database where datname like 'cutover\\_%\\_${process.pid}\\_%'`)).length

  it('makes clones that hold the same and are apart, and drops them', async t => {
    const opened = await open(t, shop)
    if (opened === undefined) return
    const { url, source } = opened
    const [one, other] = await Promise.all([source.clone('legacy'), source.clone('twin')])
    await server.run(one.url, 'delete from orders')
    assert.equal(tableOf((await one.dump()).tables, 'orders').rows.length, 0)
    assert.equal(tableOf((await other.dump()).tables, 'orders').rows.length, 2)
    assert.deepEqual(await server.run(url, "select (select count(*)::int from orders) as n, to_regnamespace('cutover_snapshot') as kept"), [{ n: 2, kept: null }])
    await server.connect(one.url)
    await source.close()
    await source.close()
    assert.equal(await mine(url), 0)
    await assert.rejects(source.clone('late'), { code: 'CUT_STATE_UNAVAILABLE' })
  })

  it('copies the settings of the database', async t => {
    if (server.skip !== undefined) return t.skip(server.skip)
    const url = await server.database('create schema shop; create table shop.a (n int)')
    const name = new URL(url).pathname.slice(1)
    await server.run(url, `alter database ${name} set search_path = shop, public; alter database ${name} set timezone = 'Asia/Tokyo'`)
    const source = await openPostgres(url)
    t.after(() => source.close())
    const clone = await source.clone('legacy')
    assert.deepEqual(await server.run(clone.url, "select current_setting('search_path') as path, current_setting('timezone') as zone"), [{ path: 'shop, public', zone: 'Asia/Tokyo' }])
    assert.deepEqual((await clone.dump()).tables.map(table => table.name), ['shop.a'])
  })

  it('dumps values as the same text whatever the settings of the server', async t => {
    const opened = await open(t, shop)
    if (opened === undefined) return
    const { tables } = await (await opened.source.clone('legacy')).dump()
    assert.deepEqual(tables.map(({ name }) => name), ['loose', 'orders', 'people'])
    const people = tableOf(tables, 'people')
    assert.deepEqual(people.key, ['id'])
    assert.deepEqual(people.rows, [
      ['00000000-0000-4000-8000-000000000001', null, null, null, null, 'NaN', null, null, null, null, null],
      ['00000000-0000-4000-8000-000000000002', 'grace', '2026-01-02 01:04:05.6+00', '2026-01-02', '\\x00ff', '0.1', '1.50', '{a,NULL}', '{"a": 2, "b": 1}', '01:30:00', 'true']
    ])
    assert.deepEqual(tableOf(tables, 'loose').rows, [['a', '1'], ['a', '2'], ['b', '1'], [null, '3']])
    assert.deepEqual(tableOf(tables, 'orders').columns, [
      { name: 'id', type: 'integer', serial: true },
      { name: 'person', type: 'uuid', references: 'people.id' },
      { name: 'what', type: 'text' }
    ])
  })

  it('says of each row whether the source has it', async t => {
    const opened = await open(t, shop)
    if (opened === undefined) return
    const clone = await opened.source.clone('legacy')
    assert.deepEqual(tableOf((await clone.dump()).tables, 'orders').origins, ['kept', 'kept'])
    await server.run(clone.url, "update orders set what = 'wire' where id = 2; insert into orders (what) values ('new'); insert into loose values ('c', 1)")
    const { tables } = await clone.dump()
    assert.deepEqual(tableOf(tables, 'orders').origins, ['kept', 'changed', 'new'])
    const { columns, changes } = tableOf(tables, 'orders')
    assert.deepEqual(changes?.map(row => row === undefined ? undefined : columns.filter((_, at) => row[at]).map(({ name }) => name)), [undefined, ['what'], undefined])
    assert.deepEqual(tableOf(tables, 'loose').origins, ['kept', 'kept', 'kept', 'new', 'kept'])
    assert.deepEqual(tableOf(tables, 'people').origins, ['kept', 'kept'])
  })

  it('sees what was written while a dump was taken in the next one', async t => {
    const opened = await open(t, shop)
    if (opened === undefined) return
    const clone = await opened.source.clone('legacy')
    const backend = await server.connect(clone.url)
    await backend.query("begin; insert into orders (what) values ('slow')")
    assert.equal(tableOf((await clone.dump()).tables, 'orders').rows.length, 2)
    await backend.query('commit')
    assert.equal(tableOf((await clone.dump()).tables, 'orders').rows.length, 3)
  })

  it('bounds a dump by rows, with what was written to first', async t => {
    const opened = await open(t, 'create table many (id int primary key, v text); insert into many select i, null from generate_series(1, 50) i', { rowLimit: 10 })
    if (opened === undefined) return
    const clone = await opened.source.clone('legacy')
    const before = tableOf((await clone.dump()).tables, 'many')
    assert.deepEqual([before.rows.length, before.truncated, before.rows[0]], [10, 50, ['1', null]])
    await server.run(clone.url, "update many set v = 'changed' where id = 40; insert into many values (99, 'new'); delete from many where id = 3")
    const table = tableOf((await clone.dump()).tables, 'many')
    assert.deepEqual([table.rows.length, table.truncated], [10, 50])
    assert.deepEqual(table.rows.slice(0, 2), [['40', 'changed'], ['99', 'new']])
    assert.deepEqual(table.origins!.slice(0, 3), ['changed', 'new', 'kept'])
  })

  it('bounds a dump by bytes, and large values by their hash', async t => {
    const opened = await open(t, "create table big (id int primary key, v text, b bytea); insert into big select i, repeat('x', 60000), null from generate_series(1, 20) i; create table tail (n int); insert into tail values (1)", { dumpBytes: 300_000 })
    if (opened === undefined) return
    const clone = await opened.source.clone('legacy')
    const { tables } = await clone.dump()
    assert.deepEqual([tableOf(tables, 'big').rows.length, tableOf(tables, 'big').truncated, tableOf(tables, 'tail').rows.length], [2, 20, 1])
    await server.run(clone.url, "delete from big; insert into big values (1, repeat('ä', 40000), decode(repeat('00', 70000), 'hex'))")
    const [row] = tableOf((await clone.dump()).tables, 'big').rows
    assert.match(row![1]!, /^sha256:[0-9a-f]{64}:80000$/)
    assert.match(row![2]!, /^sha256:[0-9a-f]{64}:70000$/)
  })

  it('refuses and cuts connections while it is stopped', async t => {
    const opened = await open(t, shop)
    if (opened === undefined) return
    const clone = await opened.source.clone('legacy')
    const backend = await server.connect(clone.url)
    const ended = new Promise(resolve => backend.once('end', resolve))
    await clone.stop()
    await ended
    await assert.rejects(server.run(clone.url, 'select 1'), { code: '55000' })
    await clone.reset()
    await assert.rejects(server.run(clone.url, 'select 1'), { code: '55000' })
    assert.equal((await clone.dump()).tables.length, 3)
    await clone.start()
    assert.deepEqual(await server.run(clone.url, 'select 1 as one'), [{ one: 1 }])
  })

  it('names who uses the source instead of cutting them off', async t => {
    if (server.skip !== undefined) return t.skip(server.skip)
    const url = await server.database(shop)
    const user = await server.connect(url, 'the shop')
    await assert.rejects(openPostgres(url), (error: Error & { code: string }) => {
      assert.equal(error.code, 'CUT_STATE_UNAVAILABLE')
      assert.match(error.message, /the shop is connected.*endConnections/)
      return true
    })
    assert.equal((await user.query('select 1 as one')).rows[0].one, 1)
    const ended = new Promise(resolve => user.once('end', resolve))
    await (await openPostgres(url, { endConnections: true })).close()
    await ended
    assert.equal(await mine(url), 0)
  })

  it('drops what dead runs left, and nothing else', async t => {
    if (server.skip !== undefined) return t.skip(server.skip)
    const url = await server.database()
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const host = hostDigits(hostname())
    const now = Math.floor(Date.now() / 1000).toString(36)
    const dead = `cutover_${host}_${pid}_${now}_00000001_1-legacy`
    const old = `cutover_ffffff_1_${(1000).toString(36)}_00000002_template`
    const kept = [`cutover_${host}_${process.pid}_${now}_00000003_template`, `cutover_ffffff_1_${now}_00000004_template`, 'cutover_production']
    for (const name of [dead, old, ...kept]) await server.run(url, `create database "${name}"`)
    t.after(async () => { for (const name of kept) await server.run(url, `drop database if exists "${name}"`) })
    await (await openPostgres(url)).close()
    const left = (await server.run(url, "select datname from pg_database where datname like 'cutover\\_%' order by 1")).map(({ datname }) => datname)
    assert.deepEqual(left.filter(name => [dead, old, ...kept].includes(String(name))), kept.toSorted())
  })

  const unusable: Array<[string, (url: string) => string, RegExp]> = [
    ['a database that is not there', url => `${url}_gone`, /there is no such database/],
    ['a wrong password', url => url.replace(/:[^:@/]+@/, ':wrong-secret@'), /password authentication failed/],
    ['a server that is not there', () => 'postgres://u:wrong-secret@127.0.0.1:1/shop', /ECONNREFUSED.*Check that the server runs/],
    ['a URL that is none', () => 'shop', /its URL cannot be read/],
    ['a URL of another kind', () => 'mysql://u:wrong-secret@127.0.0.1/shop', /must begin with postgres:/]
  ]
  for (const [name, change, message] of unusable) {
    it(`refuses ${name}, without its password in the message`, async t => {
      if (server.skip !== undefined) return t.skip(server.skip)
      await assert.rejects(openPostgres(change(await server.database())), (error: Error & { code: string }) => {
        assert.equal(error.code, 'CUT_STATE_UNAVAILABLE')
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /wrong-secret/)
        return true
      })
    })
  }

  it('refuses a user who may not create databases', async t => {
    if (server.skip !== undefined) return t.skip(server.skip)
    const url = await server.database()
    const role = `role_${new URL(url).pathname.slice(1)}`
    await server.run(url, `create role ${role} login password 'secret'`)
    t.after(() => server.run(url, `drop role ${role}`))
    await assert.rejects(openPostgres(server.as(url, role, 'secret')), { code: 'CUT_STATE_UNAVAILABLE', message: /permission denied to create database.*CREATEDB/ })
  })
})
