import { Buffer } from 'node:buffer'

/** A line of a stream without its line feed. */
export interface Line {
  /** Counted from 1. */
  readonly number: number
  /** Undefined when the line is longer than the limit: it was passed over. */
  readonly text: string | undefined
  /** Whether a line feed ended it; only the last line can be without. */
  readonly whole: boolean
}

/**
 * Splits bytes into lines and never holds more than one line and one chunk.
 * @param limit bytes that a line may have
 */
export async function * splitLines (chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  let held: Buffer[] = []
  let size = 0
  let number = 1
  const take = (whole: boolean): Line => {
    const text = size > limit ? undefined : Buffer.concat(held).toString('utf8')
    held = []
    size = 0
    return { number: number++, text, whole }
  }
  const keep = (piece: Buffer): void => {
    size += piece.length
    if (size > limit) held = []
    else if (piece.length > 0) held.push(piece)
  }
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let at = 0
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, at)) {
      keep(bytes.subarray(at, end))
      yield take(true)
      at = end + 1
    }
    keep(bytes.subarray(at))
  }
  if (size > 0) yield take(false)
}
