import { createHash, type Hash } from 'node:crypto'
import type { Collection } from 'mongodb'
import type { TableDump } from '../state.ts'
import type { Driver } from './driver.ts'
import { parse, readDocuments, type Baseline } from './documents.ts'
import { hashText, textOf } from './text.ts'

/** Whether a collection holds the chunks of a GridFS bucket. */
export function isChunks (name: string, all: ReadonlySet<string>): boolean {
  return name.endsWith('.chunks') && all.has(`${name.slice(0, -'.chunks'.length)}.files`)
}

interface Content {
  readonly file: unknown
  readonly parts: Map<number, string>
  readonly odd: string[]
  bytes: number
  written: boolean
}

/**
 * Dumps the chunks of a GridFS bucket as a row for each file: how many chunks, how many bytes, and a hash of them. No more
 * than one chunk is in memory at a time.
 */
export async function dumpFiles (collection: Collection, baseline: Baseline | undefined, rowLimit: number, driver: Driver): Promise<TableDump> {
  const files = new Map<string, Content>()
  const seen = new Map<string, number>()
  for await (const { id, digest, bytes } of readDocuments(collection, driver)) {
    const { files_id: file, n, data } = parse(bytes, driver)
    const key = textOf(file, driver)
    let content = files.get(key)
    if (content === undefined) files.set(key, content = { file, parts: new Map(), odd: [], bytes: 0, written: false })
    const part = data as { buffer?: Uint8Array, position?: number } | undefined
    const content64 = part?.buffer instanceof Uint8Array ? part.buffer.subarray(0, part.position ?? part.buffer.length) : undefined
    const number = Number(n)
    const hash = createHash('sha256').update(content64 ?? textOf(data, driver)).digest('hex')
    if (content64 === undefined || !Number.isInteger(number) || content.parts.has(number)) content.odd.push(`${textOf(n, driver)} ${hash}`)
    else content.parts.set(number, hash)
    content.bytes += content64?.length ?? 0
    if (baseline?.digests.get(id) !== digest) content.written = true
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  const rows = [...files].sort(([a], [b]) => a < b ? -1 : 1)
  const shown = [...rows.filter(([, { written }]) => written), ...rows.filter(([, { written }]) => !written)].slice(0, rowLimit)
  return Object.freeze({
    name: collection.collectionName,
    columns: Object.freeze(['files_id', 'chunks', 'bytes', 'sha256'].map(name => ({ name, type: 'bson' }))),
    key: Object.freeze(['files_id']),
    rows: Object.freeze(shown.map(([key, content]) => Object.freeze([key, number(seen.get(key)!), number(content.bytes), JSON.stringify(`sha256:${hashText(contentHash(content))}`)]))),
    ...(rows.length > rowLimit && { truncated: rows.length })
  })
}

function number (value: number): string {
  return JSON.stringify({ $numberLong: String(value) })
}

/** Of the chunks in their order, whatever the order in which they are kept. */
function contentHash ({ parts, odd }: Content): string {
  const hash: Hash = createHash('sha256')
  for (const [n, part] of [...parts].sort(([a], [b]) => a - b)) hash.update(`${n} ${part}\n`)
  for (const part of odd.sort()) hash.update(`? ${part}\n`)
  return hash.digest('hex')
}
