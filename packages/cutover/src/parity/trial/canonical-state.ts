import type { ColumnDump, StateDump, TableDump } from '../../state/state.ts'
import { plain } from '../compare/value.ts'
import { classify } from '../value-class.ts'

/** A table whose made-up keys are replaced by labels, in an order that does not depend on them. */
export interface CanonicalTable {
  readonly name: string
  readonly columns: readonly ColumnDump[]
  readonly rows: ReadonlyArray<Readonly<Record<string, string | null>>>
  /** The index that each row has in the dump. */
  readonly places: readonly number[]
}

interface Ranked {
  readonly row: TableDump['rows'][number]
  readonly place: number
  readonly content: string
}

// How far references are followed to tell two rows apart: a line of an order of a customer.
const depth = 3

/**
 * Replaces what each database makes up for itself (keys, and references to them) by what it stands for: `accounts 2` is
 * the second account in the order of what the accounts hold. Two databases that hold the same under other keys come out
 * equal. Times are
 * written as RFC 3339 with six digits of a second, since PostgreSQL leaves zeros at their end out.
 */
export function canonicalState ({ tables }: StateDump): CanonicalTable[] {
  const contents = contentsOf(tables)
  const ranked = tables.map(table => table.rows.map((row, place): Ranked => ({ row, place, content: contents.get(table.name)![place]! }))
    .sort((a, b) => compareText(a.content, b.content) || compareText(times(table, a.row), times(table, b.row))))
  const labels = new Map<string, string>()
  for (const [index, table] of tables.entries()) {
    for (const column of madeUpKeys(table)) {
      const at = table.columns.findIndex(({ name }) => name === column)
      ranked[index]!.forEach(({ row }, rank) => {
        const value = row[at]
        if (typeof value === 'string') labels.set(`${table.name}.${column}\0${value}`, `${table.name} ${rank + 1}`)
      })
    }
  }
  return tables.map((table, index) => ({
    name: table.name,
    columns: table.columns,
    places: ranked[index]!.map(({ place }) => place),
    rows: ranked[index]!.map(({ row }) => Object.fromEntries(table.columns.map((column, at) => {
      const value = row[at] ?? null
      const label = value === null ? undefined : labels.get(`${column.references ?? `${table.name}.${column.name}`}\0${value}`)
      return [column.name, label ?? whole(column, value)]
    })))
  }))
}

/** What each row holds without what is made up, references followed. */
function contentsOf (tables: readonly TableDump[]): Map<string, readonly string[]> {
  let contents = new Map<string, readonly string[]>()
  const finders = new Map<string, ReadonlyMap<string, number>>()
  const finder = (target: string): ReadonlyMap<string, number> => {
    let found = finders.get(target)
    if (found === undefined) {
      const table = tables.find(({ name }) => target.startsWith(`${name}.`) && target.slice(name.length + 1).indexOf('.') === -1)
      const at = table?.columns.findIndex(({ name }) => `${table.name}.${name}` === target) ?? -1
      found = new Map(at < 0 ? [] : table!.rows.map((row, index) => [row[at] ?? '', index]))
      finders.set(target, found)
    }
    return found
  }
  for (let round = 0; round < depth; round++) {
    const before = contents
    contents = new Map(tables.map(table => {
      const keys = madeUpKeys(table)
      return [table.name, table.rows.map(row => JSON.stringify(table.columns.map((column, at) => {
        const value = row[at] ?? null
        if (value === null) return null
        if (column.references !== undefined) {
          const place = finder(column.references).get(value)
          return place === undefined ? masked(value) : before.get(column.references.slice(0, column.references.lastIndexOf('.')))?.[place] ?? ''
        }
        return keys.includes(column.name) || isTime(column) ? '' : masked(value)
      })))]
    }))
  }
  return contents
}

/** Columns of the primary key that are no references: ids that the database or the backend makes up. */
function madeUpKeys ({ columns, key, rows }: TableDump): readonly string[] {
  return key.filter(name => {
    const at = columns.findIndex(column => column.name === name)
    const column = columns[at]
    if (column === undefined || column.references !== undefined) return false
    // A key that means something, such as a VIN or a version, is compared as it is.
    return column.type === 'uuid' || /^(?:small|big)?int|^integer/.test(column.type) || rows.some(row => typeof row[at] === 'string' && classOf(row[at])?.class === 'uuid')
  })
}

function isTime ({ type }: ColumnDump): boolean {
  return type.startsWith('timestamp') || type.startsWith('time')
}

function times ({ columns }: TableDump, row: TableDump['rows'][number]): string {
  return columns.map((column, at) => isTime(column) ? whole(column, row[at] ?? null) ?? '' : '').join(' ')
}

function whole (column: ColumnDump, value: string | null): string | null {
  if (value === null || !isTime(column)) return value
  const [, begin, fraction = '', zone] = /^(.*:\d\d)(?:\.(\d+))?([+-].*|Z)?$/.exec(value) ?? []
  return begin === undefined ? value : `${begin.replace(' ', 'T')}.${fraction.padEnd(6, '0')}${zone === '+00' ? 'Z' : zone ?? ''}`
}

function masked (value: string): string {
  const found = classOf(value)
  return found === undefined || found.class === 'number' ? value : `<${found.class} ${found.form}>`
}

function classOf (text: string): ReturnType<typeof classify> {
  return classify(plain(text))
}

function compareText (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
