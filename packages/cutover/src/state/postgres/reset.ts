import type { Client } from 'pg'
import { codeOf } from '../reason.ts'
import { readShapes, type Catalog, type Table } from './catalog.ts'
import { quoted } from './connect.ts'
import { announce, differenceOf, exchange, type RowDifference } from './rows.ts'
import { kept, readMarks, readSequences } from './snapshot.ts'

/** What a clone held when its marks were read: the snapshot, when every mark is as it was then. */
export interface Baseline {
  readonly marks: ReadonlyMap<number, string>
  readonly sequences: ReadonlyMap<number, string>
}

/** `stale` when the clone can only be made anew: its tables were altered, or what was kept cannot be put back. */
export type ResetOutcome = { readonly done: true, readonly baseline: Baseline } | { readonly done: false, readonly stale: string }

// The first puts back; the second what triggers did; others only with triggers that are always on.
const rounds = 4

/**
 * Puts back the rows of the tables that were written to, and the sequences, in one transaction.
 *
 * Tables without triggers are put back with triggers and foreign keys off. Rows of tables with triggers are put back as
 * an application would do it, parents first, so that its triggers announce the change (NOTIFY); then, with triggers and
 * foreign keys off again, what the triggers themselves wrote, or refused, is put back in whatever table it is.
 * @throws an error of the database: 55P03 and 40P01 when a backend holds a lock
 */
export async function putBack (client: Client, catalog: Catalog, baseline: Baseline, lockTimeoutMs: number): Promise<ResetOutcome> {
  const shapes = await readShapes(client)
  const altered = catalog.tables.find(table => shapes.get(table.oid) !== table.shape)
  if (altered !== undefined) return { done: false, stale: `the table ${altered.label} was altered or dropped` }
  const added = [...shapes.keys()].filter(oid => !catalog.known.has(oid))
  const marks = await readMarks(client)
  const sequences = await readSequences(client, catalog)
  if (writtenTo(catalog, baseline.marks, marks).size === 0 && added.length === 0 && isSame(sequences, baseline.sequences)) return { done: true, baseline }
  await client.query('begin')
  try {
    await client.query(`set local lock_timeout = ${Math.max(1, Math.round(lockTimeoutMs))}; set constraints all deferred`)
    const after = await inTransaction(client, catalog, baseline, added)
    if (after === undefined) {
      await client.query('rollback')
      return { done: false, stale: 'triggers went on changing rows' }
    }
    await putBackSequences(client, catalog, baseline.sequences)
    await client.query('commit')
    return { done: true, baseline: { marks: after, sequences: baseline.sequences } }
  } catch (error) {
    await client.query('rollback').catch(() => {})
    const code = codeOf(error) ?? ''
    // A constraint that the kept rows never met, a function that a check needs: only a new copy has them.
    if (/^(?:23|22|42|P0|0A)/.test(code)) return { done: false, stale: (error as Error).message }
    throw error
  }
}

/** @returns the marks of what is put back; undefined when it cannot be */
async function inTransaction (client: Client, catalog: Catalog, baseline: Baseline, added: readonly number[]): Promise<ReadonlyMap<number, string> | undefined> {
  const locked = new Set<number>()
  let marks = baseline.marks
  // What is not locked may still be written to by others: its mark stays as it was, so that the next reset meets it.
  const marksOfLocked = async () => {
    const now = await readMarks(client)
    return new Map([...marks].map(([oid, mark]) => [oid, locked.has(oid) ? now.get(oid) ?? mark : mark]))
  }
  for (let round = 1; round <= rounds; round++) {
    const dirty = writtenTo(catalog, marks, await readMarks(client))
    for (const table of catalog.tables) if (dirty.has(table.oid)) await lock(client, table, locked)
    marks = await marksOfLocked()
    const differences = await differencesOf(client, kept(catalog).filter(({ oid }) => dirty.has(oid)))
    if (round > 1 && differences.length === 0) return marks
    await silently(client, async () => {
      if (round === 1) for (const oid of added) await empty(client, oid)
      for (const [table, difference] of differences) if (round > 1 || !table.triggered) await exchange(client, table, difference)
    })
    if (round > 1) continue
    marks = await marksOfLocked()
    const heard = differences.filter(([table]) => table.triggered)
    if (heard.length === 0) return marks
    await announce(client, heard)
  }
  return undefined
}

async function differencesOf (client: Client, tables: readonly Table[]): Promise<ReadonlyArray<readonly [Table, RowDifference]>> {
  const all: Array<readonly [Table, RowDifference]> = []
  for (const table of tables) {
    const difference = await differenceOf(client, table)
    if (difference.surplus.length + difference.lacking.length > 0) all.push([table, difference])
  }
  return all
}

/** Tables that were written to between two readings, with all below them: a statement on a parent marks only that. */
function writtenTo (catalog: Catalog, before: ReadonlyMap<number, string>, now: ReadonlyMap<number, string>): ReadonlySet<number> {
  const oids = catalog.tables.map(({ oid }) => oid).filter(oid => before.get(oid) !== now.get(oid))
  return new Set(oids.flatMap(oid => [oid, ...catalog.below.get(oid) ?? []]))
}

async function lock (client: Client, table: Table, locked: Set<number>): Promise<void> {
  if (locked.has(table.oid)) return
  await client.query(`lock table ${table.partitioned ? '' : 'only '}${table.sql} in share row exclusive mode`)
  locked.add(table.oid)
}

/** Runs something with triggers, rules and foreign keys off. */
async function silently (client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('set local session_replication_role = replica')
  await work()
  await client.query('set local session_replication_role = origin')
}

async function empty (client: Client, oid: number): Promise<void> {
  const { rows: [row] } = await client.query<{ schema: string, name: string }>('select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = $1', [oid])
  if (row !== undefined) await client.query(`delete from ${quoted(row.schema)}.${quoted(row.name)}`)
}

async function putBackSequences (client: Client, catalog: Catalog, wanted: ReadonlyMap<number, string>): Promise<void> {
  const now = await readSequences(client, catalog)
  for (const { oid, sql } of catalog.sequences) {
    const value = wanted.get(oid)
    if (value === undefined || value === now.get(oid)) continue
    const [last, called] = value.split(' ')
    await client.query('select setval($1::regclass, $2::int8, $3::boolean)', [sql, last, called])
  }
}

function isSame (a: ReadonlyMap<number, string>, b: ReadonlyMap<number, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}
