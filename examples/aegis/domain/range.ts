/** A part of a content, in bytes: both ends belong to it. */
export interface Slice {
  readonly first: number
  readonly last: number
}

/**
 * What a Range header asks of a content (RFC 9110, 14.2): a part of it, the whole, or nothing that there is.
 * Whatever is malformed, of another unit, or of several ranges is ignored, as the RFC allows: the whole answers it.
 * @param length of the content, in bytes
 */
export function readRange (header: string | undefined, length: number): Slice | 'whole' | 'unsatisfiable' {
  const set = /^bytes=(.*)$/i.exec(header ?? '')?.[1]
  // A list may have empty elements (RFC 9110, 5.6.1).
  const ranges = set?.split(',').map(range => range.replace(/^[ \t]+|[ \t]+$/g, '')).filter(range => range !== '')
  const range = ranges?.length === 1 ? /^(\d*)-(\d*)$/.exec(ranges[0]!) : null
  if (range === null || range[0] === '-') return 'whole'
  const [, from, to] = range as unknown as [string, string, string]
  if (from === '') return readSuffix(Number(to), length)
  const first = Number(from)
  const last = to === '' ? Infinity : Number(to)
  if (last < first) return 'whole'
  if (first >= length) return 'unsatisfiable'
  return { first, last: Math.min(last, length - 1) }
}

function readSuffix (count: number, length: number): Slice | 'whole' | 'unsatisfiable' {
  if (count === 0) return 'unsatisfiable'
  // No Content-Range can name a part of nothing.
  if (length === 0) return 'whole'
  return { first: Math.max(0, length - count), last: length - 1 }
}
