import type { Client } from 'pg'
import type { TableDump } from '../state.ts'
import type { Catalog, Column, Table } from './catalog.ts'
import { quoted } from './connect.ts'
import { readMarks } from './snapshot.ts'

/** Bounds of a dump. */
export interface DumpLimits {
  /** Rows of a table. */
  readonly rows: number
  /** Bytes of all values, about. */
  readonly bytes: number
}

/** Bytes of a value as text; a larger one is dumped as its hash. */
const valueBytes = 64 * 1024
const fetched = 500

/**
 * Dumps tables in one snapshot of the database.
 * @param baseline marks of tables that hold what the source held
 * @param known what such tables hold, by oid; what is new is added
 */
export async function dumpTables (client: Client, catalog: Catalog, ignored: ReadonlySet<string>, limits: DumpLimits, baseline: ReadonlyMap<number, string>, known: Map<number, TableDump>): Promise<readonly TableDump[]> {
  const tables = catalog.tables.filter(table => !table.partition && !ignored.has(table.label) && !ignored.has(`${table.schema}.${table.name}`))
  await client.query('begin isolation level repeatable read read only')
  try {
    await client.query("set local search_path = ''")
    // After the transaction's snapshot is taken: a write that it sees is marked by now.
    const marks = await readMarks(client)
    const dumps: TableDump[] = []
    let left = limits.bytes
    for (const [index, table] of tables.entries()) {
      const clean = [table.oid, ...catalog.below.get(table.oid) ?? [], ...above(catalog, table.oid)].every(oid => marks.has(oid) && marks.get(oid) === baseline.get(oid))
      const before = clean ? known.get(table.oid) : undefined
      const share = Math.floor(left / (tables.length - index))
      const { dump, bytes } = before === undefined ? await dumpTable(client, table, limits.rows, share) : { dump: before, bytes: sizeOf(before) }
      if (clean) known.set(table.oid, dump)
      left = Math.max(0, left - bytes)
      dumps.push(dump)
    }
    return dumps.sort((a, b) => a.name < b.name ? -1 : 1)
  } finally {
    await client.query('rollback')
  }
}

function above (catalog: Catalog, oid: number): readonly number[] {
  return [...catalog.below].filter(([, below]) => below.includes(oid)).map(([parent]) => parent)
}

async function dumpTable (client: Client, table: Table, rowLimit: number, byteLimit: number): Promise<{ dump: TableDump, bytes: number }> {
  const from = `from ${table.partitioned ? '' : 'only '}${table.sql} t`
  const values = table.columns.map(textOf)
  const order = table.key.length > 0 ? table.key.map(name => `t.${quoted(name)}`) : table.columns.map(({ name }) => `t.${quoted(name)}::text collate "C"`)
  await client.query(`declare cutover_dump no scroll cursor for select ${values.join(', ')} ${from}${order.length > 0 ? ` order by ${order.join(', ')}` : ''} limit ${rowLimit + 1}`)
  const rows: Array<ReadonlyArray<string | null>> = []
  let bytes = 0
  let more = false
  for (let ended = false; !ended && !more;) {
    const { rows: page } = await client.query<Array<string | null>>({ text: `fetch ${fetched} from cutover_dump`, rowMode: 'array' })
    ended = page.length < fetched
    for (const row of page) {
      bytes += row.reduce((sum, value) => sum + (value?.length ?? 0) + 16, 0)
      more = rows.length >= rowLimit || (bytes > byteLimit && rows.length > 0)
      if (more) break
      rows.push(Object.freeze(row))
    }
  }
  await client.query('close cutover_dump')
  const { rows: [count] } = more ? await client.query<{ n: string }>(`select count(*)::text as n ${from}`) : { rows: [] }
  const dump: TableDump = Object.freeze({
    name: table.label,
    columns: Object.freeze(table.columns.map(({ name, type, references }) => ({ name, type, ...(references !== undefined && { references }) }))),
    key: table.key,
    rows: Object.freeze(rows),
    ...(count !== undefined && { truncated: Number(count.n) })
  })
  return { dump, bytes }
}

function textOf ({ name, type, length }: Column): string {
  const value = `t.${quoted(name)}`
  if (length !== -1 || type.startsWith('numeric')) return `${value}::text`
  const bytes = type === 'bytea' ? value : `convert_to(${value}::text, 'UTF8')`
  const size = type === 'bytea' ? `octet_length(${value})` : `octet_length(${value}::text)`
  return `case when ${size} > ${valueBytes} then 'sha256:' || encode(sha256(${bytes}), 'hex') || ':' || ${size} else ${value}::text end`
}

function sizeOf (dump: TableDump): number {
  return dump.rows.reduce((sum, row) => sum + row.reduce((all, value) => all + (value?.length ?? 0) + 16, 0), 0)
}
