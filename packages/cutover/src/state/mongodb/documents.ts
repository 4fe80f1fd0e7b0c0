import { createHash } from 'node:crypto'
import type { Collection } from 'mongodb'
import { exact, type Driver } from './driver.ts'

/** A document as its server keeps it. */
export interface RawDocument {
  /** Its `_id`: type and bytes. */
  readonly id: string
  /** Of all its bytes. */
  readonly digest: string
  readonly bytes: Buffer
}

/** Documents of a collection, by their ids in natural order. */
export interface Baseline {
  readonly order: readonly string[]
  readonly digests: ReadonlyMap<string, string>
}

/** A document whose values keep their types. */
export type ExactDocument = Readonly<Record<string, unknown>>

/** Reads documents in natural order, byte for byte. */
export async function * readDocuments (collection: Collection, driver: Driver): AsyncGenerator<RawDocument> {
  for await (const each of collection.find({}, { raw: true, batchSize: 500 })) {
    const bytes = each as unknown as Buffer
    yield { id: idOf(bytes, driver), digest: createHash('sha256').update(bytes).digest('base64'), bytes }
  }
}

export function parse (bytes: Buffer, { BSON }: Driver): ExactDocument {
  return BSON.deserialize(bytes, exact)
}

/** The value of an `_id`, for a filter. */
export function idValue (id: string, driver: Driver): unknown {
  const element = Buffer.from(`${id[0]!}_id\0${id.slice(1)}`, 'latin1')
  const bytes = Buffer.alloc(element.length + 5)
  bytes.writeInt32LE(bytes.length)
  element.copy(bytes, 4)
  return parse(bytes, driver)._id
}

/** By type of a BSON value (bsonspec.org), its bytes where they can be told without reading on. */
function sizeOf (type: number, bytes: Buffer, at: number): number | undefined {
  switch (type) {
    case 0x01: case 0x09: case 0x11: case 0x12: return 8
    case 0x10: return 4
    case 0x07: return 12
    case 0x08: return 1
    case 0x13: return 16
    case 0x02: return 4 + bytes.readInt32LE(at)
    case 0x03: return bytes.readInt32LE(at)
    case 0x05: return 5 + bytes.readInt32LE(at)
    default: return undefined
  }
}

function idOf (bytes: Buffer, driver: Driver): string {
  const first = bytes.toString('latin1', 5, 9) === '_id\0' ? sizeOf(bytes[4]!, bytes, 9) : undefined
  if (first !== undefined) return bytes.toString('latin1', 4, 5) + bytes.toString('latin1', 9, 9 + first)
  const { BSON } = driver
  const alone = Buffer.from(BSON.serialize({ _id: parse(bytes, driver)._id }))
  return alone.toString('latin1', 4, 5) + alone.toString('latin1', 9, alone.length - 1)
}
