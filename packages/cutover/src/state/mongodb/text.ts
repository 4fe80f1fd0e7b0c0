import { createHash } from 'node:crypto'
import type { Driver } from './driver.ts'

/** Bytes of a value as text; a larger one is dumped as its hash. */
const valueBytes = 64 * 1024

/**
 * A value as canonical Extended JSON, which shows its type: `{"$numberInt":"5"}`, `{"$oid":"…"}`. Fields of documents
 * within it are sorted, since their order is the writer's and means nothing to a reader; elements of arrays keep theirs.
 */
export function textOf (value: unknown, { BSON }: Driver): string {
  const plain = BSON.EJSON.serialize(value as never, { relaxed: false }) as unknown
  const text = JSON.stringify(sorted(plain))
  if (text.length <= valueBytes) return text
  const type = typeof plain === 'string' ? 'string' : typeof plain === 'object' && plain !== null && '$binary' in plain ? 'binary' : 'document'
  return JSON.stringify({ $large: { type, sha256: hashText(createHash('sha256').update(text).digest('hex')), length: text.length } })
}

/** In groups, so that a hash is never taken for a key that a side made up. */
export function hashText (hex: string): string {
  return hex.replace(/(.{8})(?=.)/g, '$1 ')
}

function sorted (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value)
  return Object.fromEntries(keys.sort().map(key => [key, sorted((value as Record<string, unknown>)[key])]))
}
