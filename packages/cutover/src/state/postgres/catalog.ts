import type { Client } from 'pg'
import { quoted } from './connect.ts'

/** The schema in a clone that holds what the source held. */
export const snapshotSchema = 'cutover_snapshot'

export interface Column {
  readonly name: string
  readonly number: number
  readonly type: string
  /** Bytes of its type; -1 when they vary. */
  readonly length: number
  readonly generated: boolean
  /** `GENERATED ALWAYS AS IDENTITY`, which an UPDATE cannot set. */
  readonly identityAlways: boolean
  /** An identity, or a default of `nextval(…)`. */
  readonly serial: boolean
  /** `table.column`, by a foreign key of one column. */
  readonly references?: string
}

export interface Table {
  readonly oid: number
  readonly schema: string
  readonly name: string
  /** For SQL, in quotes. */
  readonly sql: string
  /** For reports: with the schema where that is not `public`. */
  readonly label: string
  readonly partitioned: boolean
  readonly partition: boolean
  readonly columns: readonly Column[]
  /** Of the primary key. */
  readonly key: readonly string[]
  /** Tables that this one has foreign keys to, by oid; itself left out. */
  readonly parents: readonly number[]
  /** Whether triggers of the application fire on it. */
  readonly triggered: boolean
  /** Changes when the table is altered. */
  readonly shape: string
}

export interface Sequence {
  readonly oid: number
  /** The table whose column it counts. */
  readonly owner: number | undefined
  readonly sql: string
}

export interface Catalog {
  readonly tables: readonly Table[]
  /** From a table to those that inherit from it, or are its partitions, at any depth. */
  readonly below: ReadonlyMap<number, readonly number[]>
  readonly sequences: readonly Sequence[]
  /** The tables that were there when it was read. */
  readonly known: ReadonlySet<number>
}

/** Relations of users: not the system's, not temporary, not an extension's. */
const ofUsers = `
  n.nspname not in ('pg_catalog', 'information_schema', '${snapshotSchema}') and n.nspname !~ '^pg_(toast|temp)' and c.relpersistence <> 't'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`

const tables = `
  select c.oid::int8::text as oid, n.nspname as schema, c.relname as name, c.relkind as kind, c.relispartition as partition,
    coalesce((select json_agg(json_build_object(
        'name', a.attname, 'number', a.attnum, 'type', format_type(a.atttypid, a.atttypmod), 'length', t.typlen,
        'generated', a.attgenerated <> '', 'identityAlways', a.attidentity = 'a',
        'serial', a.attidentity <> '' or exists (select from pg_attrdef f where f.adrelid = a.attrelid and f.adnum = a.attnum and a.attgenerated = '' and pg_get_expr(f.adbin, f.adrelid) like 'nextval(%')) order by a.attnum)
      from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
    (select i.indkey::int2[]::int4[] from pg_index i where i.indrelid = c.oid and i.indisprimary) as key,
    exists (select from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled in ('O', 'A') and g.tgname <> 'cutover_mark') as triggered
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and ${ofUsers}
  order by n.nspname = 'public' desc, n.nspname collate "C", c.relname collate "C"`

const foreignKeys = `
  select conrelid::int8::text as child, confrelid::int8::text as parent, conkey::int4[] as columns, confkey::int4[] as keys
  from pg_constraint where contype = 'f' order by oid`

const sequences = `
  select c.oid::int8::text as oid, n.nspname as schema, c.relname as name,
    (select d.refobjid::int8::text from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') limit 1) as owner
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'S' and ${ofUsers} order by c.oid`

/** By table, a text that changes with its columns, indexes, constraints and triggers. */
const shapes = `
  select c.oid::int8::text as oid, concat_ws('|', n.nspname, c.relname, c.relkind,
    (select string_agg(concat_ws(' ', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attisdropped, a.attgenerated, a.attidentity), ',' order by a.attnum)
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
    (select string_agg(concat_ws(' ', g.oid, g.tgenabled), ',' order by g.oid) from pg_trigger g where g.tgrelid = c.oid),
    (select string_agg(k.oid::text, ',' order by k.oid) from pg_constraint k where k.conrelid = c.oid),
    (select string_agg(i.indexrelid::text, ',' order by i.indexrelid) from pg_index i where i.indrelid = c.oid)) as shape
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and ${ofUsers}`

/** A catalog without some tables, and without the sequences that count their columns. */
export function without (catalog: Catalog, labels: ReadonlySet<string>): Catalog {
  const ignored = new Set(catalog.tables.filter(table => labels.has(table.label) || labels.has(`${table.schema}.${table.name}`)).map(({ oid }) => oid))
  return {
    ...catalog,
    tables: catalog.tables.filter(({ oid }) => !ignored.has(oid)),
    sequences: catalog.sequences.filter(({ owner }) => owner === undefined || !ignored.has(owner))
  }
}

/** Reads what tables and sequences there are, and how they hang together. */
export async function readCatalog (client: Client): Promise<Catalog> {
  const found = (await client.query<TableRow>(tables)).rows
  const keys = (await client.query<{ child: string, parent: string, columns: number[], keys: number[] }>(foreignKeys)).rows
  const inherits = (await client.query<{ child: string, parent: string }>('select inhrelid::int8::text as child, inhparent::int8::text as parent from pg_inherits')).rows
  const shape = await readShapes(client)
  const rows = new Map(found.map(row => [row.oid, row]))
  const nameOf = (row: TableRow, number: number) => row.columns.find(column => column.number === number)?.name ?? '?'
  return {
    tables: found.map((row): Table => {
      const own = keys.filter(({ child }) => child === row.oid)
      return {
        oid: Number(row.oid),
        schema: row.schema,
        name: row.name,
        sql: `${quoted(row.schema)}.${quoted(row.name)}`,
        label: labelOf(row),
        partitioned: row.kind === 'p',
        partition: row.partition,
        columns: row.columns.map(column => {
          const key = own.find(({ columns }) => columns.length === 1 && columns[0] === column.number)
          const parent = key && rows.get(key.parent)
          return parent === undefined ? column : { ...column, references: `${labelOf(parent)}.${nameOf(parent, key!.keys[0]!)}` }
        }),
        key: (row.key ?? []).map(number => nameOf(row, number)),
        parents: [...new Set(own.map(({ parent }) => Number(parent)))].filter(oid => oid !== Number(row.oid)),
        triggered: row.triggered,
        shape: shape.get(Number(row.oid)) ?? ''
      }
    }),
    known: new Set(found.map(({ oid }) => Number(oid))),
    below: descendants(inherits.map(({ child, parent }) => [Number(parent), Number(child)])),
    sequences: (await client.query<{ oid: string, schema: string, name: string, owner: string | null }>(sequences)).rows
      .map(({ oid, schema, name, owner }) => ({ oid: Number(oid), owner: owner === null ? undefined : Number(owner), sql: `${quoted(schema)}.${quoted(name)}` }))
  }
}

interface TableRow {
  readonly oid: string
  readonly schema: string
  readonly name: string
  readonly kind: string
  readonly partition: boolean
  readonly columns: readonly Column[]
  readonly key: readonly number[] | null
  readonly triggered: boolean
}

/** The shape of each table by its oid. */
export async function readShapes (client: Client): Promise<ReadonlyMap<number, string>> {
  const { rows } = await client.query<{ oid: string, shape: string }>({ name: 'cutover-shapes', text: shapes })
  return new Map(rows.map(row => [Number(row.oid), row.shape]))
}

function labelOf ({ schema, name }: { readonly schema: string, readonly name: string }): string {
  return schema === 'public' ? name : `${schema}.${name}`
}

function descendants (pairs: ReadonlyArray<readonly [parent: number, child: number]>): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>()
  for (const [parent, child] of pairs) children.set(parent, [...children.get(parent) ?? [], child])
  const all = (oid: number): number[] => (children.get(oid) ?? []).flatMap(child => [child, ...all(child)])
  return new Map([...children.keys()].map(oid => [oid, [...new Set(all(oid))]]))
}

/** Tables with those that they refer to before them; among tables that refer to each other, in their own order. */
export function parentsFirst (tables: readonly Table[]): readonly Table[] {
  const byOid = new Map(tables.map(table => [table.oid, table]))
  const sorted = new Set<Table>()
  const open = new Set<Table>()
  const visit = (table: Table): void => {
    if (sorted.has(table) || open.has(table)) return
    open.add(table)
    for (const oid of table.parents) {
      const parent = byOid.get(oid)
      if (parent !== undefined) visit(parent)
    }
    sorted.add(table)
  }
  for (const table of tables) visit(table)
  return [...sorted]
}
