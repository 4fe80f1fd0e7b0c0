import { Buffer } from 'node:buffer'

/** An element of `log.entries`. */
export interface HarElement {
  /** Counted from 1. */
  readonly number: number
  /** Its JSON; undefined when it is longer than the limit or no object. */
  readonly text: string | undefined
}

export interface HarEnd {
  /** Whether there was a `log.entries`. */
  readonly found: boolean
  /** Whether every bracket was closed. */
  readonly whole: boolean
}

/**
 * Cuts the elements of `log.entries` out of a HAR as its bytes arrive, and holds one element at most: browsers write
 * files of gigabytes.
 * @param limit bytes that an element may have
 */
export async function * harElements (chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<HarElement, HarEnd> {
  const keys = ['', '', '']
  let last = ''
  let depth = 0
  let inString = false
  let escaped = false
  let inEntries = false
  let found = false
  let closed = false
  let number = 0
  let held: Buffer[] | undefined
  let size = 0
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let from = 0
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!
      if (inString) {
        if (escaped) escaped = false
        else if (byte === 92) escaped = true
        else if (byte === 34) inString = false
        else if (depth < 3 && last.length < 16) last += String.fromCharCode(byte)
        continue
      }
      if (byte === 34) {
        inString = true
        last = ''
      } else if (byte === 58) {
        if (depth < 3) keys[depth] = last
      } else if (byte === 123 || byte === 91) {
        if (closed || (depth === 0 && byte === 91)) return { found: false, whole: false }
        if (depth === 2 && byte === 91 && keys[1] === 'log' && keys[2] === 'entries' && !found) inEntries = found = true
        else if (depth === 3 && inEntries) {
          number++
          held = []
          size = 0
          from = at
        }
        depth++
      } else if (byte === 125 || byte === 93) {
        depth--
        if (depth < 0) return { found, whole: false }
        if (depth === 2) inEntries = false
        if (depth === 0) closed = true
        if (depth === 3 && held !== undefined) {
          keep(bytes.subarray(from, at + 1))
          const text = size > limit || byte === 93 ? undefined : Buffer.concat(held).toString('utf8')
          held = undefined
          yield { number, text }
        }
      } else if (depth === 0 && byte > 32 && byte < 0x80) return { found, whole: false }
    }
    if (held !== undefined) keep(bytes.subarray(from))
  }
  return { found, whole: closed }

  function keep (piece: Buffer): void {
    size += piece.length
    if (size > limit) held = []
    else held!.push(piece)
  }
}
