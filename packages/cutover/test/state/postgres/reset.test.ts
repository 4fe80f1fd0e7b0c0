import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { openPostgres, type PostgresOptions } from '../../../src/state/postgres/open.ts'
import type { StateClone } from '../../../src/state/state.ts'
import { openSource, startServer, type TestServer } from './database.ts'

const everything = `
  create type mood as enum ('calm', 'cross');
  create schema shop;
  create table people (id int generated always as identity primary key, name text not null unique, friend int references people, mood mood, tags text[], facts jsonb, raw json, photo bytea,
    upper_name text generated always as (upper(name)) stored, born date, paid numeric(12,4), seen timestamptz, place point, ratio float8, gap interval);
  create table shop.orders (id bigserial primary key, person int not null references people on delete cascade, total numeric);
  create table lines (order_id bigint references shop.orders on delete cascade, what text, primary key (order_id, what));
  create table notes (text text, n int);
  create unlogged table counts (k text primary key, n int);
  create table years (y int, v text, primary key (y, v)) partition by range (y);
  create table years_old partition of years for values from (0) to (2000);
  create table years_new partition of years for values from (2000) to (3000);
  create table base (a int);
  create table derived (b int) inherits (base);
  create table left_side (id int primary key, other int);
  create table right_side (id int primary key, other int references left_side);
  alter table left_side add foreign key (other) references right_side deferrable initially deferred;
  create view names as select name from people;
  create sequence tickets start 100;
  select nextval('tickets');
  insert into people (name, friend, mood, tags, facts, raw, photo, born, paid, seen, place, ratio, gap) values
    ('ada', null, 'calm', '{a,"b c",null}', '{"b": 1, "a": [1.50]}', '{"b":1, "a" : 2}', '\\x00ff', '1815-12-10', 1.50, '2026-01-02 03:04:05.678901+02', '(1,2)', 0.1, '1 day 02:00'),
    ('grace', 1, null, '{}', 'null', null, '', null, null, null, null, 'NaN', null);
  insert into shop.orders (person, total) values (1, 10), (1, 20.50), (2, 0);
  insert into lines values (1, 'nuts'), (1, 'bolts'), (3, 'wire');
  insert into notes values ('same', 1), ('same', 1), ('same', 1), (null, null), ('', 2);
  insert into counts values ('hits', 1);
  insert into years values (1999, 'a'), (2001, 'b');
  insert into base values (1); insert into derived values (2, 3);
  begin; insert into left_side values (1, 1); insert into right_side values (1, 1); commit`

const writes: ReadonlyArray<readonly [name: string, sql: string]> = [
  ['updates', "update people set name = 'eve', mood = 'cross', tags = '{z}', facts = '{}', photo = 'x', paid = 1.5, ratio = 0 where id = 1"],
  ['the same value in another spelling', "update people set raw = '{\"b\": 1, \"a\": 2}', seen = seen + interval '1 microsecond' where id = 1"],
  ['numbers with another scale', 'update shop.orders set total = 10.00 where id = 1'],
  ['inserts', "insert into people (name, friend) values ('new', 1), ('newer', 3)"],
  ['deletes that cascade', 'delete from people where id = 2; delete from shop.orders where id = 1'],
  ['truncation', 'truncate people, shop.orders, lines restart identity cascade'],
  ['keys that change places', "update people set name = 'x' where id = 1; update people set name = 'ada' where id = 2; update people set name = 'grace' where id = 1"],
  ['rows without a key', "delete from notes where ctid = (select min(ctid) from notes where text = 'same'); insert into notes values ('same', 2), (null, null), ('', null)"],
  ['unlogged tables', "update counts set n = n + 1; insert into counts values ('misses', 1)"],
  ['partitions, by their parent', "insert into years values (1990, 'z'); update years set y = 2100 where y = 1999; delete from years where y = 2001"],
  ['partitions, by themselves', "insert into years_old values (1990, 'z')"],
  ['tables that inherit', 'update base set a = a + 10; insert into derived values (7, 8)'],
  ['tables that refer to each other', 'begin; delete from right_side; delete from left_side; insert into left_side values (2, 2); insert into right_side values (2, 2); commit'],
  ['sequences', "select nextval('tickets'), nextval('tickets'); select setval('shop.orders_id_seq', 900)"],
  ['a sequence begun anew', 'alter sequence tickets restart'],
  ['a sequence that is back where it was, but not called', "select setval('tickets', 100, false)"],
  ['a transaction that was rolled back', "begin; insert into people (name) values ('lost'); rollback"],
  ['nothing at all', 'select 1']
]

describe('reset of a PostgreSQL clone', () => {
  let server: TestServer
  before(async () => { server = await startServer() })
  after(() => server.stop())

  async function cloned (t: TestContext, sql: string, options?: PostgresOptions): Promise<{ clone: StateClone, source: string } | undefined> {
    const opened = await openSource(t, server, sql, options)
    return opened && { clone: await opened.source.clone('legacy'), source: opened.url }
  }

  const sequences = 'select json_agg(json_build_object(\'s\', s.sequencename, \'v\', s.last_value) order by s.sequencename) as all from pg_sequences s where s.schemaname <> \'cutover_snapshot\''

  it('puts back whatever was written, while the backend stays connected', async t => {
    const opened = await cloned(t, everything)
    if (opened === undefined) return
    const { clone } = opened
    const backend = await server.connect(clone.url)
    const { rows: [{ pid }] } = await backend.query('select pg_backend_pid() as pid')
    const before = await clone.dump()
    const state = async () => ({ tables: (await clone.dump()).tables, sequences: (await backend.query(sequences)).rows, next: (await backend.query('select last_value, is_called from tickets')).rows })
    const expected = await state()
    for (const [name, sql] of [...writes, ...writes]) {
      await backend.query(sql)
      const changed = await state()
      if (!/rolled back|nothing/.test(name)) assert.notDeepEqual(changed, expected, `${name}: nothing was written`)
      await clone.reset()
      assert.deepEqual(await state(), expected, name)
    }
    assert.equal((await backend.query('select pg_backend_pid() as pid')).rows[0].pid, pid)
    assert.deepEqual(before.tables, expected.tables)
    await backend.query("insert into people (name) values ('next')")
    assert.equal((await backend.query("select id from people where name = 'next'")).rows[0].id, 3)
  })

  it('keeps foreign keys and other constraints in force', async t => {
    const opened = await cloned(t, everything)
    if (opened === undefined) return
    const backend = await server.connect(opened.clone.url)
    await backend.query('truncate people cascade')
    await opened.clone.reset()
    await assert.rejects(backend.query('insert into shop.orders (person) values (99)'), { code: '23503' })
    await assert.rejects(backend.query("insert into people (name) values ('ada')"), { code: '23505' })
  })

  const observed = `
    create table accounts (id int primary key, name text);
    create table cars (id int primary key, account int references accounts on delete cascade, colour text, changed_at timestamptz default now());
    create table audit (id bigserial primary key, what text, at timestamptz default clock_timestamp());
    create table sealed (id int primary key, v text);
    create function announce() returns trigger language plpgsql as $$begin perform pg_notify('cars', coalesce(new.account, old.account)::text); return null; end$$;
    create function record() returns trigger language plpgsql as $$begin insert into audit (what) values (tg_op); return null; end$$;
    create function stamp() returns trigger language plpgsql as $$begin new.changed_at := clock_timestamp(); return new; end$$;
    create function refuse() returns trigger language plpgsql as $$begin raise exception 'sealed rows stay'; end$$;
    insert into accounts values (1, 'ada'), (2, 'grace');
    insert into cars values (1, 1, 'red', '2026-01-01'), (2, 2, 'blue', '2026-01-01');
    insert into sealed values (1, 'a');
    create trigger announce after insert or update or delete on cars for each row execute function announce();
    create trigger record after insert or update or delete on cars for each row execute function record();
    create trigger stamp before insert or update on cars for each row execute function stamp();
    create trigger refuse before delete on sealed for each row execute function refuse();
    create constraint trigger later after insert on cars deferrable initially deferred for each row execute function record()`

  it('lets triggers announce it, and keeps nothing that triggers write', async t => {
    const opened = await cloned(t, observed)
    if (opened === undefined) return
    const { clone } = opened
    const expected = await clone.dump()
    const backend = await server.connect(clone.url)
    const cache = await server.connect(clone.url, 'a cache')
    await cache.query('listen cars')
    const heard = new Set<string>()
    cache.on('notification', ({ payload }) => heard.add(payload!))
    for (let turn = 0; turn < 3; turn++) {
      await backend.query("update cars set colour = 'green' where id = 1; delete from cars where id = 2; insert into cars values (3, 2, 'new'); update accounts set name = 'eve' where id = 1; insert into sealed values (2, 'b'); update sealed set v = 'z'")
      await cache.query('select 1')
      heard.clear()
      await clone.reset()
      assert.deepEqual((await clone.dump()).tables, expected.tables)
      // Notifications come before the answer to a later query.
      await cache.query('select 1')
      assert.deepEqual([...heard].sort(), ['1', '2'])
    }
  })

  it('announces nothing where nothing changed', async t => {
    const opened = await cloned(t, observed)
    if (opened === undefined) return
    const cache = await server.connect(opened.clone.url)
    await cache.query('listen cars')
    let heard = 0
    cache.on('notification', () => heard++)
    const backend = await server.connect(opened.clone.url)
    await backend.query("update accounts set name = 'eve'")
    await opened.clone.reset()
    await cache.query('select 1')
    assert.equal(heard, 0)
  })

  it('waits for a transaction that ends in time', async t => {
    const opened = await cloned(t, everything, { lockTimeoutMs: 20_000 })
    if (opened === undefined) return
    const expected = await opened.clone.dump()
    const backend = await server.connect(opened.clone.url)
    await backend.query("begin; insert into people (name) values ('open')")
    const reset = opened.clone.reset()
    const watcher = await server.connect(opened.clone.url)
    await until(async () => (await watcher.query('select 1 from pg_locks where not granted')).rowCount! > 0)
    await backend.query('commit')
    await reset
    assert.deepEqual((await opened.clone.dump()).tables, expected.tables)
    assert.equal((await backend.query('select 1 as one')).rows[0].one, 1)
  })

  it('ends the connection of a backend that keeps a transaction open, and no other', async t => {
    const opened = await cloned(t, everything, { lockTimeoutMs: 50 })
    if (opened === undefined) return
    const expected = await opened.clone.dump()
    const idle = await server.connect(opened.clone.url)
    const backend = await server.connect(opened.clone.url)
    const ended = new Promise(resolve => backend.once('end', resolve))
    await backend.query("begin; insert into people (name) values ('open')")
    await opened.clone.reset()
    await ended
    assert.deepEqual((await opened.clone.dump()).tables, expected.tables)
    assert.equal((await idle.query('select count(*)::int as n from people')).rows[0].n, 2)
  })

  it('makes the clone anew when a table was altered, and empties a table that was added', async t => {
    const opened = await cloned(t, everything)
    if (opened === undefined) return
    const { clone } = opened
    const expected = await clone.dump()
    const backend = await server.connect(clone.url)
    await backend.query('create table added (n int); insert into added values (1)')
    await clone.reset()
    assert.equal((await backend.query('select count(*)::int as n from added')).rows[0].n, 0)
    for (const sql of ['alter table people add column age int default 3', 'drop table notes', 'alter table notes disable trigger all; delete from notes', 'alter table counts rename to sums']) {
      await server.run(clone.url, sql)
      await clone.reset()
      assert.deepEqual((await clone.dump()).tables, expected.tables, sql)
    }
  })

  it('leaves ignored tables alone', async t => {
    const opened = await cloned(t, everything, { ignoreTables: ['notes', 'shop.orders', 'public.counts'] })
    if (opened === undefined) return
    const { clone } = opened
    await server.run(clone.url, "insert into notes values ('mine', 1); update counts set n = 5; insert into people (name) values ('gone')")
    await clone.reset()
    assert.deepEqual(await server.run(clone.url, 'select (select count(*)::int from notes) as notes, (select n from counts) as n, (select count(*)::int from people) as people'), [{ notes: 6, n: 5, people: 2 }])
    assert.deepEqual((await clone.dump()).tables.map(({ name }) => name).filter(name => /notes|orders|counts/.test(name)), [])
  })

  it('copies the database anew for a user who may not turn triggers off', async t => {
    if (server.skip !== undefined) return t.skip(server.skip)
    const url = await server.database()
    const name = new URL(url).pathname.slice(1)
    const role = `role_${name}`
    await server.run(url, `create role ${role} login createdb password 'secret'; alter database ${name} owner to ${role}`)
    const own = server.as(url, role, 'secret')
    await server.run(own, "create table things (id serial primary key, v text); insert into things (v) values ('a')")
    const source = await openPostgres(own)
    t.after(async () => {
      await source.close()
      await server.run(url, `reassign owned by ${role} to current_user; drop role ${role}`)
    })
    const clone = await source.clone('legacy')
    const expected = await clone.dump()
    for (let turn = 0; turn < 2; turn++) {
      await server.run(clone.url, "insert into things (v) values ('b'); update things set v = 'c'")
      assert.notDeepEqual((await clone.dump()).tables, expected.tables)
      await clone.reset()
      assert.deepEqual((await clone.dump()).tables, expected.tables)
    }
  })

  it('goes on when its own connection is ended', async t => {
    const opened = await cloned(t, everything)
    if (opened === undefined) return
    const expected = await opened.clone.dump()
    await server.run(opened.clone.url, "insert into people (name) values ('new'); select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
    await opened.clone.reset()
    assert.deepEqual((await opened.clone.dump()).tables, expected.tables)
  })
})

async function until (condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error('it did not come to that within 10 s')
}
