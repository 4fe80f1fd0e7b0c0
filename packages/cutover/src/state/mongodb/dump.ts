import { createHash } from 'node:crypto'
import type { Db } from 'mongodb'
import type { RowOrigin, TableDump } from '../state.ts'
import type { Driver } from './driver.ts'
import { idValue, parse, readDocuments, type ExactDocument } from './documents.ts'
import { dumpFiles, isChunks } from './files.ts'
import { readIndexes } from './indexes.ts'
import type { Kept } from './server.ts'
import { textOf } from './text.ts'

/** Bounds of a dump. */
export interface DumpLimits {
  /** Documents of a collection. */
  readonly rows: number
  /** Bytes of all documents, about. */
  readonly bytes: number
}

/** What a dump is taken of. */
export interface DumpSource {
  readonly db: Db
  /** Holds what the source held. */
  readonly template: Db
  readonly kept: ReadonlyMap<string, Kept>
  readonly driver: Driver
  readonly limits: DumpLimits
  /** Of each collection, what was dumped last, by a digest of its documents. */
  readonly known: Map<string, { readonly digest: string, readonly table: TableDump }>
}

/** The name under which indexes are dumped. */
export const indexTable = 'system.indexes'

/** Dumps collections; those that the source does not have only when they hold something. */
export async function dumpCollections (source: DumpSource, names: readonly string[]): Promise<readonly TableDump[]> {
  const all = new Set(names)
  const tables: TableDump[] = []
  let left = source.limits.bytes
  for (const [index, name] of names.entries()) {
    const limits = { rows: source.limits.rows, bytes: Math.floor(left / (names.length - index)) }
    if (isChunks(name, all)) {
      tables.push(await dumpFiles(source.db.collection(name), source.kept.get(name)?.baseline, limits.rows, source.driver))
      continue
    }
    const { table, bytes } = await dumpCollection(source, name, limits)
    left = Math.max(0, left - bytes)
    tables.push(table)
  }
  const indexes = await dumpIndexes(source, names)
  return [...tables.filter(({ name, rows }) => source.kept.has(name) || rows.length > 0), ...indexes.rows.length === 0 ? [] : [indexes]].sort((a, b) => a.name < b.name ? -1 : 1)
}

interface Document {
  readonly origin: RowOrigin
  readonly id: string
  readonly bytes: Buffer
}

async function dumpCollection ({ db, template, kept, driver, known }: DumpSource, name: string, limits: DumpLimits): Promise<{ readonly table: TableDump, readonly bytes: number }> {
  const baseline = kept.get(name)?.baseline
  const written = new Shelf(limits)
  const untouched = new Shelf(limits)
  const whole = createHash('sha256')
  let total = 0
  for await (const { id, digest, bytes } of readDocuments(db.collection(name), driver)) {
    const before = baseline?.digests.get(id)
    const origin = before === undefined ? 'new' : before === digest ? 'kept' : 'changed'
    whole.update(digest)
    total++
    ;(origin === 'kept' ? untouched : written).add({ origin, id, bytes })
  }
  const digest = `${whole.digest('hex')} ${limits.bytes}`
  const last = known.get(name)
  const shown = [...written.documents]
  let size = written.bytes
  for (const document of untouched.documents) {
    if (shown.length >= limits.rows || (size + document.bytes.length > limits.bytes && shown.length > 0)) break
    shown.push(document)
    size += document.bytes.length
  }
  if (last?.digest === digest) return { table: last.table, bytes: size }
  const table = tableOf(name, shown, await sourceOf(template, name, shown, driver), total, driver)
  known.set(name, { digest, table })
  return { table, bytes: size }
}

/** As many documents as the limits allow. */
class Shelf {
  readonly documents: Document[] = []
  readonly #limits: DumpLimits
  bytes = 0
  #full = false

  constructor (limits: DumpLimits) {
    this.#limits = limits
  }

  add (document: Document): void {
    if (this.#full) return
    this.#full = this.documents.length >= this.#limits.rows || (this.bytes + document.bytes.length > this.#limits.bytes && this.documents.length > 0)
    if (this.#full) return
    this.documents.push(document)
    this.bytes += document.bytes.length
  }
}

/** What the source holds in place of documents that were changed. */
async function sourceOf (template: Db, name: string, documents: readonly Document[], driver: Driver): Promise<ReadonlyMap<string, ExactDocument>> {
  const ids = documents.filter(({ origin }) => origin === 'changed').map(({ id }) => id)
  const found = new Map<string, ExactDocument>()
  for (let at = 0; at < ids.length; at += 500) {
    const values = ids.slice(at, at + 500).map(id => idValue(id, driver))
    const bytes = await template.collection(name).find({ _id: { $in: values as never[] } }, { raw: true }).toArray()
    for (const each of bytes) {
      const document = parse(each as unknown as Buffer, driver)
      found.set(textOf(document._id, driver), document)
    }
  }
  return found
}

function tableOf (name: string, documents: readonly Document[], before: ReadonlyMap<string, ExactDocument>, total: number, driver: Driver): TableDump {
  const parsed = documents.map(({ origin, bytes }) => {
    const values = cellsOf(parse(bytes, driver), driver)
    const source = origin === 'changed' ? before.get(values.get('_id') ?? '') : undefined
    return { origin, values, source: source && cellsOf(source, driver) }
  })
  const fields = new Set(parsed.flatMap(({ values, source }) => [...values.keys(), ...source?.keys() ?? []]))
  fields.delete('_id')
  const columns = ['_id', ...[...fields].sort()]
  parsed.sort((a, b) => keyOf(a.values) < keyOf(b.values) ? -1 : 1)
  const truncated = total > documents.length
  return Object.freeze({
    name,
    columns: Object.freeze(columns.map(column => Object.freeze({ name: column, type: 'bson' }))),
    key: Object.freeze(['_id']),
    rows: Object.freeze(parsed.map(({ values }) => Object.freeze(columns.map(column => values.get(column) ?? null)))),
    origins: Object.freeze(parsed.map(({ origin }) => origin)),
    changes: Object.freeze(parsed.map(({ origin, values, source }) => origin === 'changed' ? Object.freeze(columns.map(column => values.get(column) !== source?.get(column))) : undefined)),
    ...(truncated && { truncated: total })
  })
}

function keyOf (values: ReadonlyMap<string, string>): string {
  return values.get('_id') ?? ''
}

function cellsOf (document: ExactDocument, driver: Driver): ReadonlyMap<string, string> {
  return new Map(Object.entries(document).map(([name, value]) => [name, textOf(value, driver)]))
}

async function dumpIndexes ({ db, kept, driver }: DumpSource, names: readonly string[]): Promise<TableDump> {
  const rowsOf = (collection: string, indexes: Awaited<ReturnType<typeof readIndexes>>) => indexes.map(({ name, key, ...options }) =>
    // The order of its fields is what an index is for.
    [JSON.stringify(collection), JSON.stringify(name), JSON.stringify(Object.entries(key).map(([field, kind]) => `${field}: ${String(kind)}`).join(', ')), textOf(options, driver)])
  const before = new Map([...kept.values()].flatMap(({ name, indexes }) => rowsOf(name, indexes)).map(row => [row.slice(0, 2).join(' '), row]))
  const rows = (await Promise.all(names.map(async name => rowsOf(name, await readIndexes(db, name))))).flat()
  const sources = rows.map(row => before.get(row.slice(0, 2).join(' ')))
  const changes = rows.map((row, at) => sources[at] === undefined || sources[at].every((cell, column) => cell === row[column]) ? undefined : row.map((cell, column) => cell !== sources[at]![column]))
  return Object.freeze({
    name: indexTable,
    columns: Object.freeze(['collection', 'name', 'key', 'options'].map(name => ({ name, type: 'bson' }))),
    key: Object.freeze(['collection', 'name']),
    rows: Object.freeze(rows),
    origins: Object.freeze(rows.map((_, at): RowOrigin => sources[at] === undefined ? 'new' : changes[at] === undefined ? 'kept' : 'changed')),
    changes: Object.freeze(changes)
  })
}
