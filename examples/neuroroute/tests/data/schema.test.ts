import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import { is, SQL } from 'drizzle-orm'
import { getTableConfig, PgDialect, PgTable } from 'drizzle-orm/pg-core'
import type { Pool } from 'pg'
import { startDatabase, type EmbeddedDatabase } from '@cutover-examples/runtime/postgres'
import { migrate } from '../../data/migrate.ts'
import { createPool } from '../../data/pool.ts'
import * as schema from '../../data/schema.ts'
import { silent } from './world.ts'

const dialect = new PgDialect()
const tables = Object.values(schema).filter(value => is(value, PgTable)).map(table => getTableConfig(table))
const text = (part: SQL): string => dialect.sqlToQuery(part).sql.replaceAll('"', '')

/** What schema.ts says, a line each. */
function declared (): string[] {
  return tables.flatMap(({ name, columns, indexes, checks, foreignKeys }) => [
    ...columns.map(column => [name, column.name, column.getSQLType(), column.notNull ? 'not null' : 'null', column.primary ? 'primary' : '', column.isUnique ? 'unique' : '', column.default === undefined ? '' : is(column.default, SQL) ? text(column.default) : String(column.default)].join('|')),
    ...indexes.map(({ config }) => `${name} index ${config.columns.map(column => (column as { name: string }).name).join()}`),
    ...checks.map(check => `${name} check ${check.name}`),
    ...foreignKeys.map(key => key.reference()).map(({ columns, foreignTable, foreignColumns }) => `${name} ${columns[0]!.name} references ${getTableConfig(foreignTable).name} ${foreignColumns[0]!.name}`)
  ]).sort()
}

/** What a database has, in the same lines. */
async function migrated (pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(`
    with ours as (select oid, relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'migrations'),
    keys as (select conrelid, contype, conkey, confrelid, confkey, conname from pg_constraint where conrelid in (select oid from ours))
    select concat_ws('|', relname, attname, format_type(atttypid, atttypmod), case when attnotnull then 'not null' else 'null' end,
      case when exists (select from keys where conrelid = ours.oid and contype = 'p' and conkey = array[attnum]) then 'primary' else '' end,
      case when exists (select from keys where conrelid = ours.oid and contype = 'u' and conkey = array[attnum]) then 'unique' else '' end,
      coalesce(pg_get_expr(adbin, adrelid), '')) as line
    from ours join pg_attribute on attrelid = ours.oid and attnum > 0 and not attisdropped left join pg_attrdef on adrelid = ours.oid and adnum = attnum
    union all
    select relname || ' index ' || (select string_agg(attname, ',' order by position) from unnest(indkey) with ordinality as part (attribute, position) join pg_attribute on attrelid = ours.oid and attnum = attribute)
    from ours join pg_index on indrelid = ours.oid where not exists (select from pg_constraint where conindid = indexrelid)
    union all
    select relname || ' check ' || conname from ours join keys on conrelid = oid where contype = 'c'
    union all
    select relname || ' ' || mine.attname || ' references ' || confrelid::regclass || ' ' || theirs.attname
    from ours join keys on conrelid = ours.oid join pg_attribute mine on mine.attrelid = ours.oid and mine.attnum = conkey[1] join pg_attribute theirs on theirs.attrelid = confrelid and theirs.attnum = confkey[1]
    where contype = 'f'`)
  return rows.map(({ line }) => line).sort()
}

describe('the schema', () => {
  let database: EmbeddedDatabase
  let pool: Pool
  before(async () => {
    database = await startDatabase('neuroroute')
    pool = createPool({ url: database.url, size: 6, log: silent })
  })
  after(async () => {
    await pool?.end()
    await database?.stop()
  })

  test('is made once, though several processes start at once', async () => {
    await Promise.all([migrate(pool), migrate(pool), migrate(pool)])
    await migrate(pool)
    const { rows } = await pool.query('select strategy, cache_ttl_seconds, max_attempts, disabled_models, generation::int from settings')
    assert.deepEqual(rows, [{ strategy: 'balanced', cache_ttl_seconds: 3600, max_attempts: 3, disabled_models: [], generation: 1 }])
    assert.equal((await pool.query('select from migrations')).rowCount, 2)
  })

  test('that the code has is that of a migrated database, column by column', async () => {
    assert.equal(declared().length, 32 + 1 + 2 + 1)
    assert.deepEqual(await migrated(pool), declared())
  })

  // The comparison sees each of these.
  for (const fault of [
    'alter table usage alter column model set not null',
    'alter table usage alter column cost_nano type integer',
    'alter table usage alter column created_at drop default',
    'alter table api_keys drop constraint api_keys_key_hash_unique',
    'alter table api_keys add column owner text',
    'alter table settings drop constraint settings_one_row',
    'alter table usage drop constraint usage_key_id_api_keys_id_fk',
    'drop index usage_by_key',
    'create table others (id integer)',
    'drop table rate_limits'
  ]) {
    test(`is not that of a database after: ${fault}`, async (t: TestContext) => {
      const client = await pool.connect()
      t.after(async () => {
        await client.query('rollback')
        client.release()
      })
      await client.query('begin')
      await client.query(fault)
      assert.notDeepEqual(await migrated(client as unknown as Pool), declared())
    })
  }
})
