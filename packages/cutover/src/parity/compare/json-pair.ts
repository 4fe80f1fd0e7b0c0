import { canonicalNumber } from './number.ts'
import type { Tape } from './tape.ts'
import { numberAt, stringAt } from './value.ts'

const nativeFrom = 32

/** Two JSON texts with what they have in common at both ends, so that most equal values need not be looked at. */
export class JsonPair {
  readonly a: Tape
  readonly b: Tape
  readonly #same: number
  readonly #sameAtEnd: number
  #budget: number

  constructor (a: Tape, b: Tape) {
    this.a = a
    this.b = b
    const least = Math.min(a.bytes.length, b.bytes.length)
    this.#same = samePrefix(a.bytes, b.bytes, least)
    this.#sameAtEnd = sameSuffix(a.bytes, b.bytes, least - this.#same)
    this.#budget = 8 * (a.bytes.length + b.bytes.length) + 65_536
  }

  /** Whether two tokens lie in what both texts have in common, so that they are surely equal. */
  isShared (i: number, j: number): boolean {
    const startA = this.a.tokens[i + 1]!
    const startB = this.b.tokens[j + 1]!
    if (startA === startB) {
      const end = this.a.tokens[i + 2]!
      if (end <= this.#same && end === this.b.tokens[j + 2]) return true
    }
    const fromEnd = this.a.bytes.length - startA
    return fromEnd <= this.#sameAtEnd && fromEnd === this.b.bytes.length - startB
  }

  /** Whether two scalars, or keys, have the same bytes. */
  isSameText (i: number, j: number): boolean {
    const start = this.a.tokens[i + 1]!
    const length = this.a.tokens[i + 2]! - start
    const other = this.b.tokens[j + 1]!
    if (length !== this.b.tokens[j + 2]! - other) return false
    return sameBytes(this.a.bytes, start, this.b.bytes, other, length)
  }

  /**
   * Whether two values have the same bytes, of any size; false when in doubt. The bytes looked at over a
   * whole comparison are bounded, or deep nesting would have the same ones looked at on every level.
   */
  isSurelySame (i: number, j: number): boolean {
    if (this.isShared(i, j)) return true
    const length = this.a.tokens[i + 2]! - this.a.tokens[i + 1]!
    if (length !== this.b.tokens[j + 2]! - this.b.tokens[j + 1]!) return false
    this.#budget -= length
    return this.#budget > 0 && this.isSameText(i, j)
  }

  /** Whether two strings are the same, however they are escaped. */
  isSameString (i: number, j: number): boolean {
    if (this.isSameText(i, j)) return true
    if (!this.a.escapes && !this.b.escapes) return false
    const one = stringAt(this.a, i)
    // What is not UTF-8 decodes to U+FFFD, whatever it was.
    return one === stringAt(this.b, j) && !one.includes('\ufffd')
  }

  isSameNumber (i: number, j: number): boolean {
    return canonicalNumber(numberAt(this.a, i)) === canonicalNumber(numberAt(this.b, j))
  }
}

function sameBytes (a: Buffer, at: number, b: Buffer, other: number, length: number): boolean {
  if (length > nativeFrom) return a.compare(b, other, other + length, at, at + length) === 0
  for (let k = 0; k < length; k++) if (a[at + k] !== b[other + k]) return false
  return true
}

function samePrefix (a: Buffer, b: Buffer, most: number): number {
  let from = 0
  for (let step = 4096; step >= 16; step >>= 2) {
    while (from + step <= most && a.compare(b, from, from + step, from, from + step) === 0) from += step
  }
  while (from < most && a[from] === b[from]) from++
  return from
}

function sameSuffix (a: Buffer, b: Buffer, most: number): number {
  let tail = 0
  const endA = a.length
  const endB = b.length
  for (let step = 4096; step >= 16; step >>= 2) {
    while (tail + step <= most && a.compare(b, endB - tail - step, endB - tail, endA - tail - step, endA - tail) === 0) tail += step
  }
  while (tail < most && a[endA - tail - 1] === b[endB - tail - 1]) tail++
  return tail
}
