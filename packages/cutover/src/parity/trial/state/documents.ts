import type { TableDump } from '../../../state/state.ts'

/** The type of columns whose cells are canonical Extended JSON: fields of documents, each of a type of its own. */
const documentType = 'bson'

/** How the null of a document stands in a column of another type, where no cell at all means that the field is absent. */
export const documentNull = '\0null'

/** How the cells of one type are read: the column they make, and their text in it. */
interface Reading {
  readonly type: string
  readonly text: string
}

/**
 * Tables of documents as tables of typed columns, the same ones on both sides. A field that holds values of one type only,
 * on both sides, becomes a column of that type, so that its ids, times and numbers are known as such; where types are mixed
 * the cells stay as they are, and a number that is stored as text is a difference. What are no documents is left as it is.
 */
export function readDocumentTables (legacy: readonly TableDump[], candidate: readonly TableDump[]): readonly [readonly TableDump[], readonly TableDump[]] {
  const others = new Map(candidate.map(table => [table.name, table]))
  const read = new Map<string, readonly [TableDump, TableDump]>()
  for (const table of legacy) {
    const other = others.get(table.name)
    if (other !== undefined && isOfDocuments(table) && isOfDocuments(other)) read.set(table.name, typed(table, other))
  }
  return [legacy.map(table => read.get(table.name)?.[0] ?? table), candidate.map(table => read.get(table.name)?.[1] ?? table)]
}

function isOfDocuments ({ columns }: TableDump): boolean {
  return columns.length > 0 && columns.every(({ type }) => type === documentType)
}

function typed (legacy: TableDump, candidate: TableDump): readonly [TableDump, TableDump] {
  const names = [...new Set([...legacy.columns, ...candidate.columns].map(({ name }) => name))]
  const sides = [legacy, candidate] as const
  const places = sides.map(({ columns }) => new Map(columns.map(({ name }, at) => [name, at])))
  const columns = names.map(name => {
    const cells = sides.map(({ rows }, side) => {
      const at = places[side]!.get(name)
      return rows.map(row => at === undefined ? null : row[at] ?? null)
    })
    return { name, ...typedColumn(cells) }
  })
  const tables = sides.map((table, side): TableDump => ({
    ...table,
    columns: columns.map(({ name, type }) => ({ name, type, sparse: true as const })),
    rows: table.rows.map((_, row) => columns.map(({ cells }) => cells[side]![row]!)),
    ...(table.changes !== undefined && { changes: table.changes.map(changed => changed && names.map(name => changed[places[side]!.get(name) ?? -1] ?? false)) })
  }))
  return [tables[0]!, tables[1]!]
}

function typedColumn (sides: ReadonlyArray<ReadonlyArray<string | null>>): { readonly type: string, readonly cells: ReadonlyArray<ReadonlyArray<string | null>> } {
  const types = new Set<string>()
  const read: Array<Array<string | null>> = []
  for (const cells of sides) {
    const texts: Array<string | null> = []
    for (const cell of cells) {
      if (cell === null) texts.push(null)
      else if (cell === 'null') texts.push(documentNull)
      else {
        const reading = readCell(cell)
        if (reading === undefined || reading.text.startsWith('\0')) return { type: 'json', cells: sides }
        types.add(reading.type)
        texts.push(reading.text)
      }
    }
    read.push(texts)
  }
  const type = types.size <= 1 ? [...types][0] : [...types].every(each => each === 'int' || each === 'double') ? 'number' : undefined
  return type === undefined ? { type: 'json', cells: sides } : { type: columnTypes[type] ?? type, cells: read }
}

/** Types that columns of databases are known by. */
const columnTypes: Readonly<Record<string, string>> = { int: 'integer', long: 'bigint', double: 'double precision', number: 'double precision', decimal: 'numeric', bool: 'boolean', string: 'text', date: 'timestamp with time zone', binary: 'bytea', objectId: 'uuid' }

const forms: ReadonlyArray<readonly [RegExp, (match: RegExpExecArray) => Reading | undefined]> = [
  [/^\{"\$oid":"([0-9a-f]{24})"\}$/, ([, id]) => ({ type: 'objectId', text: id! })],
  [/^\{"\$date":\{"\$numberLong":"(-?\d+)"\}\}$/, ([, ms]) => dateOf(Number(ms))],
  [/^\{"\$numberInt":"(-?\d+)"\}$/, ([, text]) => ({ type: 'int', text: text! })],
  [/^\{"\$numberLong":"(-?\d+)"\}$/, ([, text]) => ({ type: 'long', text: text! })],
  [/^\{"\$numberDouble":"([^"]+)"\}$/, ([, text]) => ({ type: 'double', text: text! })],
  [/^\{"\$numberDecimal":"([^"]+)"\}$/, ([, text]) => ({ type: 'decimal', text: text! })],
  [/^\{"\$binary":\{"base64":"([^"]*)","subType":"00"\}\}$/, ([, base64]) => ({ type: 'binary', text: `\\x${Buffer.from(base64!, 'base64').toString('hex')}` })],
  [/^\{"\$binary":\{"base64":"([^"]{24})","subType":"04"\}\}$/, ([, base64]) => ({ type: 'uuid', text: Buffer.from(base64!, 'base64').toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') })],
  [/^\{"\$large":\{"type":"string","sha256":"([^"]+)","length":(\d+)\}\}$/, ([, hash, length]) => ({ type: 'string', text: `sha256:${hash}:${length}` })]
]

function readCell (cell: string): Reading | undefined {
  if (cell.startsWith('"')) return { type: 'string', text: JSON.parse(cell) as string }
  if (cell === 'true' || cell === 'false') return { type: 'bool', text: cell }
  if (!cell.startsWith('{"$')) return undefined
  for (const [form, read] of forms) {
    const match = form.exec(cell)
    if (match !== null) return read(match)
  }
  return undefined
}

/** As PostgreSQL writes it; undefined for a moment that no usual date shows. */
function dateOf (ms: number): Reading | undefined {
  const date = new Date(ms)
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString()
  return /^\d{4}-/.test(text) ? { type: 'date', text: text.replace('T', ' ').replace('Z', '+00') } : undefined
}
