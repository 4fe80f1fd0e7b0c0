import type { Client } from 'pg'
import { codeOf } from '../reason.ts'
import { parentsFirst, type Table } from './catalog.ts'
import { quoted } from './connect.ts'
import { imageOf, keptIn, written } from './snapshot.ts'

/** Where a table differs from what was kept of it. */
export interface RowDifference {
  /** Rows too many, by their `ctid`. */
  readonly surplus: readonly string[]
  /** Rows too few, by their number in what was kept. */
  readonly lacking: readonly number[]
}

/** Compares a table with what was kept of it. The places hold as long as the table is locked. */
export async function differenceOf (client: Client, table: Table): Promise<RowDifference> {
  const unique = table.key.length > 0
  const image = imageOf(table, 't')
  const { rows } = await client.query<{ surplus: string | null, lacking: number | null }>(`
    with present as materialized (
      select t.ctid as place, ${image} as image${unique ? '' : `, row_number() over (partition by ${image} order by t.ctid) as copy`} from only ${table.sql} t)
    select p.place::text as surplus, null::int4 as lacking from present p
      where not exists (select from ${keptIn(table)} k where k.cutover_image = p.image${unique ? '' : ' and k.cutover_copy = p.copy'})
    union all
    select null, k.cutover_row from ${keptIn(table)} k
      where not exists (select from present p where p.image = k.cutover_image${unique ? '' : ' and p.copy = k.cutover_copy'})`)
  return {
    surplus: rows.flatMap(({ surplus }) => surplus ?? []),
    lacking: rows.flatMap(({ lacking }) => lacking ?? [])
  }
}

/** Puts rows back by deleting and inserting, with triggers and foreign keys off. */
export async function exchange (client: Client, table: Table, { surplus, lacking }: RowDifference): Promise<void> {
  if (surplus.length > 0) await remove(client, table, surplus)
  if (lacking.length > 0) await insert(client, table, lacking)
}

async function remove (client: Client, table: Table, surplus: readonly string[], spared?: readonly number[]): Promise<void> {
  await client.query(`delete from only ${table.sql} t where t.ctid = any($1::tid[])${spared === undefined
    ? ''
    : ` and not exists (select from ${keptIn(table)} k where k.cutover_row = any($2::int4[]) and ${sameKey(table)})`}`, spared === undefined ? [surplus] : [surplus, spared])
}

async function insert (client: Client, table: Table, lacking: readonly number[], absent = false): Promise<void> {
  const columns = written(table)
  const values = columns.map(name => `k.${name}`).join(', ')
  // In the order that they had, so that queries without an order answer alike on all clones.
  await client.query(`insert into ${table.sql} (${columns.join(', ')}) overriding system value select ${values} from ${keptIn(table)} k
    where k.cutover_row = any($1::int4[])${absent ? ` and not exists (select from only ${table.sql} t where ${sameKey(table)})` : ''} order by k.cutover_row`, [lacking])
}

async function update (client: Client, table: Table, { surplus, lacking }: RowDifference): Promise<void> {
  const set = table.columns
    .filter(({ name, generated, identityAlways }) => !generated && !identityAlways && !table.key.includes(name))
    .map(({ name }) => `${quoted(name)} = k.${quoted(name)}`)
  if (set.length === 0) return
  await client.query(`update only ${table.sql} t set ${set.join(', ')} from ${keptIn(table)} k
    where t.ctid = any($1::tid[]) and k.cutover_row = any($2::int4[]) and ${sameKey(table)}`, [surplus, lacking])
}

function sameKey ({ key }: Table): string {
  return key.map(name => `k.${quoted(name)} = t.${quoted(name)}`).join(' and ')
}

/**
 * Puts rows back with the application's triggers on. What fails is left for later: a trigger may forbid it.
 * A row whose key is kept is updated, so that nothing that refers to it is deleted with it.
 */
export async function announce (client: Client, differences: ReadonlyArray<readonly [Table, RowDifference]>): Promise<void> {
  const by = new Map(differences)
  const order = parentsFirst(differences.map(([table]) => table))
  await attempt(client, async () => {
    for (const table of order.toReversed()) {
      const { surplus, lacking } = by.get(table)!
      if (surplus.length > 0) await attempt(client, () => remove(client, table, surplus, table.key.length > 0 ? lacking : undefined))
    }
    for (const table of order) {
      const difference = by.get(table)!
      const hasKey = table.key.length > 0
      if (hasKey && difference.surplus.length > 0 && difference.lacking.length > 0) await attempt(client, () => update(client, table, difference))
      if (difference.lacking.length > 0) await attempt(client, () => insert(client, table, difference.lacking, hasKey))
    }
    // Now, not at the end of the transaction, when nothing could be mended any more.
    await client.query('set constraints all immediate; set constraints all deferred')
  })
}

async function attempt (client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('savepoint cutover_attempt')
  try {
    await work()
    await client.query('release savepoint cutover_attempt')
  } catch (error) {
    if (codeOf(error) === undefined || /^(?:55P03|40P01|57|08)/.test(codeOf(error)!)) throw error
    await client.query('rollback to savepoint cutover_attempt; release savepoint cutover_attempt')
  }
}
