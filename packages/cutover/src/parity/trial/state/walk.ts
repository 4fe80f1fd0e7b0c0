import type { Aliases } from '../../alias.ts'
import type { Findings, Pairing } from '../../compare/findings.ts'
import { compareJson } from '../../compare/json-body.ts'
import { canonicalNumber } from '../../compare/number.ts'
import { place, type Place } from '../../compare/place.ts'
import { plain, type Value } from '../../compare/value.ts'
import { inventedIn } from '../../value-class.ts'
import { alignRows, type TableMatch } from './align.ts'
import { isName, momentOf, readTables, valueOf, type Column, type Table } from './column.ts'
import { documentNull, readDocumentTables } from './documents.ts'
import { compareResolutions } from './resolution.ts'
import { buildGraph, pairTables, type Graph, type Knowledge } from './graph.ts'
import type { StateDump } from '../../../state/state.ts'

/** The two values in hand, for what judges them. */
export interface CellPair {
  readonly table: string
  readonly column: Column
  readonly legacy: string
  readonly candidate: string
  /** Whether exactly one side left the row, or this column of it, as the source has it: then something was not written, or too much was. */
  readonly oneSided: boolean
}

/** What two values are to each other as names of things. */
export type NameVerdict = 'paired' | 'conflict' | 'unknown'

/** Where a walk is: findings ask what they are given about the cell in hand. */
export interface Cursor {
  cell: CellPair | undefined
  /** Set when the rows are paired. */
  graph: Graph | undefined
  readonly names: Aliases
}

export function newCursor (names: Aliases): Cursor {
  return { cell: undefined, graph: undefined, names }
}

/** Pairs the rows of two databases and hands each place where they differ to the findings. */
export function walkStates (legacy: StateDump, candidate: StateDump, knowledge: Knowledge, cursor: Cursor, findings: Findings): void {
  const [left, right] = readDocumentTables(legacy.tables, candidate.tables)
  const ours = readTables(left)
  const theirs = readTables(right)
  compareTables(ours, theirs, findings)
  const pairs = pairTables(ours, theirs)
  const graph = buildGraph(pairs, cursor.names, knowledge)
  cursor.graph = graph
  const matches = alignRows(graph, cursor.names)
  for (const match of matches) walkTable(match, cursor, findings)
}

function compareTables (ours: readonly Table[], theirs: readonly Table[], findings: Findings): void {
  const lacking = (from: readonly Table[], other: readonly Table[], kind: 'missing' | 'extra') => {
    for (const table of from) {
      const at = place(undefined, table.name)
      const partner = other.find(({ name }) => name === table.name)
      const add = (where: Place, value: Value, note: string) => findings.add(kind, where, kind === 'missing' ? value : undefined, kind === 'extra' ? value : undefined, note)
      if (partner === undefined) add(at, plain(`${table.rows.length} rows`), 'the whole table')
      else for (const { name, type } of table.columns) if (!partner.columns.some(column => column.name === name)) add(place(at, name), plain(type), 'the whole column')
    }
  }
  lacking(ours, theirs, 'missing')
  lacking(theirs, ours, 'extra')
}

function walkTable ({ pair, pairs, missing, extra }: TableMatch, cursor: Cursor, findings: Findings): void {
  const [ours, theirs] = pair.sides
  const at = place(undefined, pair.name)
  const cut = ours.truncated !== undefined || theirs.truncated !== undefined
  const [total, other] = [ours, theirs].map(side => String(side.truncated ?? side.rows.length)) as [string, string]
  if (cut && total !== other) findings.add('length', at, plain(total), plain(other), 'rows')
  for (const [i, j] of pairs) walkRow(pair, i, j, at, cursor, findings)
  cursor.cell = undefined
  compareResolutions(pair, pairs, at, findings)
  // Of a table that is too large for a dump, the rows that nobody wrote to may be any.
  const isBeyond = (table: Table, index: number) => cut && (table.origins?.[index] ?? 'kept') === 'kept'
  for (const i of missing) {
    if (isBeyond(ours, i)) findings.leaveOut('default', { reason: 'rows beyond those that were dumped' }, 'missing', place(at, i))
    else findings.add('missing', place(at, i), rowValue(ours, i), undefined)
  }
  for (const j of extra) {
    if (isBeyond(theirs, j)) findings.leaveOut('default', { reason: 'rows beyond those that were dumped' }, 'extra', place(at, j))
    else findings.add('extra', place(at, j), undefined, rowValue(theirs, j))
  }
}

function walkRow (pair: TableMatch['pair'], i: number, j: number, table: Place, cursor: Cursor, findings: Findings): void {
  const [ours, theirs] = pair.sides
  const at = place(table, i, j)
  const origins = [ours.origins?.[i], theirs.origins?.[j]]
  const oneSided = !origins.includes(undefined) && origins.filter(origin => origin === 'kept').length === 1
  pair.columns.forEach((column, index) => {
    const a = ours.rows[i]![column.index] ?? null
    const b = theirs.rows[j]![pair.other[index]!] ?? null
    if (a === b && (a === null || !isMisnamed(column, a, cursor.names))) return
    const where = place(at, column.name)
    if (a === null || b === null) {
      cursor.cell = undefined
      if (column.sparse === undefined) return findings.add('type', where, valueOf(column, a), valueOf(column, b))
      return findings.add(a === null ? 'extra' : 'missing', where, a === null ? undefined : valueOf(column, a), b === null ? undefined : valueOf(column, b))
    }
    if (a === documentNull || b === documentNull) {
      cursor.cell = undefined
      return findings.add('type', where, valueOf(column, a), valueOf(column, b))
    }
    const changed = [ours.changes?.[i]?.[column.index], theirs.changes?.[j]?.[pair.other[index]!]]
    const isLeft = !changed.includes(undefined) && changed[0] !== changed[1]
    cursor.cell = { table: pair.name, column, legacy: a, candidate: b, oneSided: oneSided || isLeft }
    if (column.kind === 'json') return compareJson(Buffer.from(a), Buffer.from(b), where, findings)
    if (column.kind === 'number' && a !== b && canonicalNumber(a) === canonicalNumber(b)) {
      return findings.add('format', where, valueOf(column, a), valueOf(column, b), 'the same number in another spelling')
    }
    findings.add('value', where, valueOf(column, a), valueOf(column, b), distanceOf(column, a, b))
  })
}

/** Whether both sides call two different things by this name. */
function isMisnamed (column: Column, text: string, names: Aliases): boolean {
  if (column.scope === undefined || !isName(column, text)) return false
  const there = names.partner(column.scope, text, 'to candidate')
  const back = names.partner(column.scope, text, 'to legacy')
  return (there !== undefined && there !== text) || (back !== undefined && back !== text)
}

/** What the two values of the cell in hand are to each other, by what is bound. */
export function judgeNames (cursor: Cursor): NameVerdict {
  const { column, legacy, candidate } = cursor.cell!
  if (column.scope !== undefined && isName(column, legacy) && isName(column, candidate)) return judgeName(cursor, legacy, candidate)
  if (column.kind !== 'text') return 'unknown'
  if (cursor.names.inText(legacy, 'to candidate') === candidate) return 'paired'
  const ours = inventedIn(legacy)
  const theirs = inventedIn(candidate)
  return ours.length === theirs.length && ours.some((name, at) => name !== theirs[at] && judgeName(cursor, name, theirs[at]!) === 'conflict') ? 'conflict' : 'unknown'
}

function judgeName ({ cell, names, graph }: Cursor, legacy: string, candidate: string): NameVerdict {
  const { column } = cell!
  const there = names.partner(column.scope!, legacy, 'to candidate')
  const back = names.partner(column.scope!, candidate, 'to legacy')
  if (there !== undefined || back !== undefined) return there === candidate ? 'paired' : 'conflict'
  return graph!.isOpen(0, column, legacy) && graph!.isOpen(1, column, candidate) ? 'unknown' : 'conflict'
}

/** Judges values within a JSON cell as those of an answer. */
export function judgeWithin ({ cell, names }: Cursor, ...[at, legacy, candidate, mayBind]: Parameters<Pairing['judge']>): ReturnType<Pairing['judge']> {
  return names.forTarget(`/${cell!.table}`).judge(at, legacy, candidate, mayBind)
}

/** How far two moments are apart, for a person. */
function distanceOf (column: Column, a: string, b: string): string | undefined {
  if (column.kind !== 'time') return undefined
  const [one, other] = [momentOf(column, a), momentOf(column, b)]
  return one === undefined || other === undefined ? undefined : `${Math.round((other - one) / 1000)} s apart`
}

function rowValue (table: Table, index: number): Value {
  const row = table.rows[index]!
  const text = JSON.stringify(Object.fromEntries(table.columns.flatMap(({ name, sparse, index: at }) => {
    const value = row[at] ?? null
    return sparse !== undefined && value === null ? [] : [[name, value === documentNull ? null : value]]
  })))
  return { ...plain(text), type: 'object' }
}
