import type { ColumnDump, TableDump } from '../../../state/state.ts'
import { plain, type Value } from '../../compare/value.ts'
import { singular } from '../../alias-scope.ts'
import { documentNull } from './documents.ts'
import { classify, isInvented, type Classified } from '../../value-class.ts'

/** What a column's values are, as far as comparing them goes. */
export interface Column extends ColumnDump {
  readonly index: number
  readonly kind: 'uuid' | 'time' | 'number' | 'boolean' | 'json' | 'text'
  /**
   * Where its values are names of things, the scope of their aliases: empty for what is unique anywhere, such as uuids;
   * `vehicle` for the numbers that a serial of vehicles counts; undefined for all others.
   */
  readonly scope: string | undefined
}

/** A table with its columns understood. */
export interface Table extends TableDump {
  readonly columns: readonly Column[]
  readonly keyColumns: readonly Column[]
}

/** Reads the columns of all tables of a dump. */
export function readTables (tables: readonly TableDump[]): readonly Table[] {
  const serial = new Set(tables.flatMap(table => table.columns.filter(column => column.serial).map(column => `${table.name}.${column.name}`)))
  const references = new Map(tables.flatMap(table => table.columns.flatMap(column => column.references === undefined ? [] : [[`${table.name}.${column.name}`, column.references] as const])))
  return tables.map(table => {
    const columns = table.columns.map((column, index): Column => {
      const kind = kindOf(column.type)
      const root = rootOf(`${table.name}.${column.name}`, references)
      const counted = kind === 'number' && serial.has(root)
      const scope = counted ? singular(root.split('.').at(-2)!) : kind === 'uuid' || kind === 'text' ? '' : undefined
      return { ...column, index, kind, scope }
    })
    return { ...table, columns, keyColumns: table.key.flatMap(name => columns.find(column => column.name === name) ?? []) }
  })
}

/** The column that a chain of foreign keys ends at. */
function rootOf (column: string, references: ReadonlyMap<string, string>): string {
  let at = column
  for (let step = 0; step < 10; step++) {
    const next = references.get(at)
    if (next === undefined || next === at) break
    at = next
  }
  return at
}

function kindOf (type: string): Column['kind'] {
  if (type === 'uuid' || type === 'boolean') return type
  if (/^(?:timestamp|date|time)\b/.test(type) && !type.endsWith('[]')) return 'time'
  if (/^(?:smallint|integer|bigint|numeric|real|double precision)\b/.test(type) && !type.endsWith('[]')) return 'number'
  if (type === 'json' || type === 'jsonb') return 'json'
  return 'text'
}

/** A value for rules, noise and reports. */
export function valueOf ({ kind }: Column, text: string | null): Value {
  if (text === null || text === documentNull) return { type: 'null', text: 'null', length: 4, json: false }
  return kind === 'number' || kind === 'boolean' ? { ...plain(text), type: kind } : plain(text)
}

const postgresTime = /^(\d{4,6}-\d\d-\d\d)?( ?\d\d:\d\d:\d\d(?:\.\d+)?)?([+-]\d\d(?::\d\d){0,2})?$/
const phc = /^(\$[a-z0-9-]{1,32}(?:\$v=\d+)?(?:\$[a-z]+=\d+(?:,[a-z]+=\d+)*)?\$)([A-Za-z0-9+/.-]+)(?:\$([A-Za-z0-9+/.-]+))?$/
const bcrypt = /^(\$2[abxy]\$\d\d\$)[./A-Za-z0-9]{53}$/

/**
 * The class of a value that a run may make up, and its form. Of a password's hash the form has the algorithm and its
 * parameters, so that weaker ones are seen; a timestamp's has no digits of its fraction, which PostgreSQL cuts short.
 */
export function classOf ({ kind }: Column, text: string): Classified | undefined {
  if (kind === 'boolean' || kind === 'json' || text === documentNull) return undefined
  if (kind === 'time') {
    const match = postgresTime.exec(text)
    return match === null ? undefined : { class: 'timestamp', form: `${match[1] ? 'date' : ''} ${match[2] ? 'time' : ''} ${match[3] ? 'zone' : ''}`.trim() }
  }
  if (kind === 'number') return classify({ ...plain(text), type: 'number' })
  if (text.startsWith('$')) {
    const hash = bcrypt.exec(text) ?? phc.exec(text)
    if (hash !== null) return { class: 'token', form: `${hash[1]}${hash.slice(2).map(part => part?.length ?? 0).join('+') || '53'}` }
  }
  if (text.startsWith('sha256:')) return undefined
  return text.startsWith('\\x') && text.length >= 18 ? { class: 'token', form: `bytes, ${(text.length - 2) / 2}` } : classify(plain(text))
}

/** Whether a value names something that only one side made: a uuid, a long token. */
export function isName ({ kind, scope }: Column, text: string): boolean {
  return scope !== undefined && text !== documentNull && (kind === 'number' || kind === 'uuid' || isInvented(text))
}

/** The moment of a value of class timestamp, ms since 1970; undefined for a time of day. */
export function momentOf ({ kind }: Column, text: string): number | undefined {
  const digits = kind === 'number' || /^\d{10}(?:\d{3})?$/.test(text)
  const iso = kind === 'time' ? text.replace(/^(\S+) /, '$1T').replace(/([+-]\d\d)$/, '$1:00') : text
  // A time without zone is the server's, on all sides the same.
  const moment = digits ? (text.length <= 10 ? Number(text) * 1000 : Number(text)) : Date.parse(/T\d\d:\d\d(?::\d\d)?(?:\.\d+)?$/.test(iso) ? `${iso}Z` : iso)
  return Number.isNaN(moment) ? undefined : moment
}
