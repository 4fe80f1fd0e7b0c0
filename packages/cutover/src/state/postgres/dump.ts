import type { Client } from 'pg'
import type { RowOrigin, TableDump } from '../state.ts'
import type { Catalog, Column, Table } from './catalog.ts'
import { quoted } from './connect.ts'
import { imageOf, keptIn, readMarks } from './snapshot.ts'

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
export async function dumpTables (client: Client, catalog: Catalog, limits: DumpLimits, baseline: ReadonlyMap<number, string>, known: Map<number, TableDump>): Promise<readonly TableDump[]> {
  const tables = catalog.tables.filter(table => !table.partition)
  await client.query('begin isolation level repeatable read read only')
  try {
    // After the transaction's snapshot is taken: a write that it sees is marked by now.
    const marks = await readMarks(client)
    const dumps: TableDump[] = []
    let left = limits.bytes
    for (const [index, table] of tables.entries()) {
      const clean = [table.oid, ...catalog.below.get(table.oid) ?? [], ...above(catalog, table.oid)].every(oid => marks.has(oid) && marks.get(oid) === baseline.get(oid))
      const before = clean ? known.get(table.oid) : undefined
      const share = Math.floor(left / (tables.length - index))
      const { dump, bytes } = before === undefined ? await dumpTable(client, table, clean, marks.has(table.oid), { rows: limits.rows, bytes: share }) : { dump: before, bytes: before.rows.reduce((sum, row) => sum + sizeOf(row), 0) }
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

interface DumpedTable {
  readonly dump: TableDump
  readonly bytes: number
}

async function dumpTable (client: Client, table: Table, clean: boolean, snapshot: boolean, limits: DumpLimits): Promise<DumpedTable> {
  const origin = clean ? "'kept'" : snapshot && !table.partitioned ? originOf(table) : 'null'
  const keys = table.key.length > 0 ? table.key.map(name => `t.${quoted(name)}`) : table.columns.map(({ name }) => `t.${quoted(name)}::text collate "C"`)
  const from = `from ${table.partitioned ? '' : 'only '}${table.sql} t`
  const select = `select ${[...table.columns.map(textOf), `${origin} as cutover_origin`].join(', ')} ${from}`
  const read = await readRows(client, `${select} order by ${[...keys, '1'].join(', ')}`, limits)
  if (!read.more) return tableDump(table, read)
  const { rows: [count] } = await client.query<{ n: string }>(`select count(*)::text as n ${from}`)
  // What was not written to can be left out, what was cannot.
  const first = origin.startsWith('case') ? await readRows(client, `${select} order by ${origin} = 'kept', ${keys.join(', ')}`, limits) : read
  return tableDump(table, first, Number(count!.n))
}

function tableDump (table: Table, { rows, origins, bytes }: Rows, truncated?: number): DumpedTable {
  const dump: TableDump = Object.freeze({
    name: table.label,
    columns: Object.freeze(table.columns.map(({ name, type, references, serial }) => ({ name, type, ...(references !== undefined && { references }), ...(serial && { serial }) }))),
    key: table.key,
    rows: Object.freeze(rows),
    ...(!origins.includes(null) && { origins: Object.freeze(origins.map(originIn)), changes: Object.freeze(origins.map(changesIn)) }),
    ...(truncated !== undefined && { truncated })
  })
  return { dump, bytes }
}

function originIn (text: string | null): RowOrigin {
  return text!.split(' ', 1)[0] as RowOrigin
}

function changesIn (text: string | null): readonly boolean[] | undefined {
  const flags = text!.split(' ')[1]
  return flags === undefined ? undefined : Object.freeze([...flags].map(flag => flag === '1'))
}

interface Rows {
  readonly rows: ReadonlyArray<ReadonlyArray<string | null>>
  /** With the changes of a row that was changed: `changed 0110`, a digit for each column. */
  readonly origins: ReadonlyArray<string | null>
  readonly bytes: number
  /** Whether there are rows beyond the limits. */
  readonly more: boolean
}

async function readRows (client: Client, query: string, limits: DumpLimits): Promise<Rows> {
  const rows: Array<ReadonlyArray<string | null>> = []
  const origins: Array<string | null> = []
  let bytes = 0
  let more = false
  await client.query(`declare cutover_dump no scroll cursor for ${query} limit ${limits.rows + 1}`)
  for (let ended = false; !ended && !more;) {
    const { rows: page } = await client.query<Array<string | null>>({ text: `fetch ${fetched} from cutover_dump`, rowMode: 'array' })
    ended = page.length < fetched
    for (const row of page) {
      const size = sizeOf(row)
      more = rows.length >= limits.rows || (bytes + size > limits.bytes && rows.length > 0)
      if (more) break
      bytes += size
      origins.push(row.pop() ?? null)
      rows.push(Object.freeze(row))
    }
  }
  await client.query('close cutover_dump')
  return { rows, origins, bytes, more }
}

function originOf (table: Table): string {
  const kept = keptIn(table)
  const key = table.key.map(name => `k.${quoted(name)} = t.${quoted(name)}`).join(' and ')
  return `case when exists (select from ${kept} k where k.cutover_image = ${imageOf(table, 't')}) then 'kept'${key === '' ? '' : ` when exists (select from ${kept} k where ${key}) then (select 'changed ' || ${changesOf(table)} from ${kept} k where ${key} limit 1)`} else 'new' end`
}

/** A digit for each column: 1 where it holds something else than what was kept. What is computed follows from the rest. */
function changesOf ({ columns }: Table): string {
  return columns.map(({ name, generated }) => generated ? "'0'" : `case when k.${quoted(name)}::text is distinct from t.${quoted(name)}::text then '1' else '0' end`).join(' || ')
}

function textOf ({ name, type, length }: Column): string {
  const value = `t.${quoted(name)}`
  if (length !== -1 || type.startsWith('numeric')) return `${value}::text`
  const bytes = type === 'bytea' ? value : `convert_to(${value}::text, 'UTF8')`
  const size = type === 'bytea' ? `octet_length(${value})` : `octet_length(${value}::text)`
  return `case when ${size} > ${valueBytes} then 'sha256:' || encode(sha256(${bytes}), 'hex') || ':' || ${size} else ${value}::text end`
}

function sizeOf (row: ReadonlyArray<string | null>): number {
  return row.reduce((sum, value) => sum + (value?.length ?? 0) + 16, 0)
}
