import type { Client } from 'pg'
import { snapshotSchema, type Catalog, type Table } from './catalog.ts'
import { quoted } from './connect.ts'

/** A table's columns that are written, not computed. */
export function written (table: Table): readonly string[] {
  return table.columns.filter(({ generated }) => !generated).map(({ name }) => quoted(name))
}

/** Where a table's rows are kept. */
export function keptIn (table: Table): string {
  return `${snapshotSchema}.${quoted(`rows_${table.oid}`)}`
}

/** 64 bits over all values of a row, of any type: what `=` calls equal, such as 1.0 and 1.00, need not be the same here. */
export function imageOf (table: Table, alias: string): string {
  return `hashtextextended(row(${written(table).map(name => `${alias}.${name}`).join(', ')})::text, 0)`
}

/** Tables whose rows are kept and put back: those that have rows themselves. */
export function kept (catalog: Catalog): readonly Table[] {
  return catalog.tables.filter(({ partitioned }) => !partitioned)
}

/**
 * Makes a database ready to be put back: keeps the rows of all tables in a schema of its own, and has each table count
 * the statements that write to it. A sequence counts: it takes no lock that another writer would wait for, shows a write
 * before it is committed, and stays as it is when the writer rolls back.
 */
export async function keepSnapshot (client: Client, catalog: Catalog): Promise<void> {
  await client.query('begin')
  await client.query(`create schema ${snapshotSchema}`)
  // The owner's rights: a backend's own role need not know the schema. An error here would be the backend's.
  await client.query(`create function ${snapshotSchema}.mark() returns trigger language plpgsql security definer as
    $$begin perform pg_catalog.nextval(tg_argv[0]::pg_catalog.oid::pg_catalog.regclass); return null; end$$`)
  for (const table of catalog.tables) {
    if (!table.partitioned) await keepRows(client, table)
    const mark = `${snapshotSchema}.${quoted(`mark_${table.oid}`)}`
    await client.query(`create sequence ${mark}`)
    const { rows: [row] } = await client.query<{ oid: string }>('select $1::regclass::oid::int8::text as oid', [mark])
    // Before the statement, when its lock on the table is there already: who waits for that lock sees the mark.
    await client.query(`create trigger cutover_mark before insert or update or delete or truncate on ${table.sql}
      for each statement execute function ${snapshotSchema}.mark('${row!.oid}')`)
    await client.query(`alter table ${table.partitioned ? '' : 'only '}${table.sql} enable always trigger cutover_mark`)
  }
  await client.query('commit')
}

async function keepRows (client: Client, table: Table): Promise<void> {
  const columns = written(table)
  await client.query(`create table ${keptIn(table)} as
    select row_number() over (order by t.ctid)::int4 as cutover_row, ${imageOf(table, 't')} as cutover_image,
      row_number() over (partition by ${imageOf(table, 't')} order by t.ctid)::int4 as cutover_copy${columns.map(name => `, t.${name}`).join('')}
    from only ${table.sql} t`)
  await client.query(`alter table ${keptIn(table)} add primary key (cutover_row)`)
  await client.query(`analyze ${keptIn(table)}`)
}

/** How often each table was written to, by its oid; empty where no snapshot is kept. */
export async function readMarks (client: Client): Promise<ReadonlyMap<number, string>> {
  const { rows } = await client.query<{ oid: string, value: string }>({
    name: 'cutover-marks',
    text: `select substr(c.relname, 6) as oid, coalesce(pg_sequence_last_value(c.oid), 0)::text as value
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = '${snapshotSchema}' and c.relkind = 'S'`
  })
  return new Map(rows.map(({ oid, value }) => [Number(oid), value]))
}

/** Values of the application's sequences, exact. */
export async function readSequences (client: Client, catalog: Catalog): Promise<ReadonlyMap<number, string>> {
  if (catalog.sequences.length === 0) return new Map()
  const text = catalog.sequences.map(({ oid, sql }) => `select ${oid}::int8::text as oid, last_value || ' ' || is_called as value from ${sql}`).join(' union all ')
  const { rows } = await client.query<{ oid: string, value: string }>(catalog.sequences.length > 50 ? { text } : { name: 'cutover-sequences', text })
  return new Map(rows.map(({ oid, value }) => [Number(oid), value]))
}
