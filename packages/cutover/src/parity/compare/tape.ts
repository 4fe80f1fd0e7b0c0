import { isUtf8 } from 'node:buffer'

// Kinds of tokens.
export const object = 1
export const array = 2
export const string = 3
export const number = 4
export const yes = 5
export const no = 6
export const nothing = 7

/** Numbers a token takes: kind, start, end (both in bytes, the end exclusive), and the token after it and all that it holds. */
export const stride = 4

/**
 * The tokens of a JSON text in the order they stand in it, with nothing of the text lost: a container is
 * followed by what it holds, an object by its keys and values in turn.
 */
export interface Tape {
  readonly bytes: Buffer
  /** {@link stride} numbers a token. */
  readonly tokens: Int32Array
  /** How many tokens there are. */
  readonly count: number
  /** Whether any string has an escape. */
  readonly escapes: boolean
}

/** Why a text is not JSON (RFC 8259). */
export interface NotJson {
  /** The byte at which it stops to be JSON. */
  readonly offset: number
  readonly reason: string
}

/** Deeper texts are no JSON to us: each level takes memory while two texts are compared. */
export const nestingAtMost = 250_000

/**
 * Reads a JSON text (RFC 8259) without building values.
 * @param bytes at most 2 GiB; a byte order mark at the start is skipped
 */
export function readTape (bytes: Buffer): Tape | NotJson {
  const length = bytes.length
  let tokens: Int32Array = new Int32Array(Math.max(64, length >> 3) * stride)
  let limit = tokens.length - stride
  let parents = new Int32Array(64)
  let depth = 0
  let at = 0
  let i = length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let inObject = false
  let wantsKey = false
  let escapes = false
  let c = 0

  for (;;) {
    // A value or a key begins here, or the end of an empty container.
    while ((c = bytes[i]!) === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) i++
    if (at > limit) {
      const grown: Int32Array = new Int32Array(tokens.length * 2)
      grown.set(tokens)
      tokens = grown
      limit = tokens.length - stride
    }
    const start = i
    if (c === 0x22) {
      i++
      for (;;) {
        while ((c = bytes[i]!) !== 0x22 && c !== 0x5c && c >= 0x20) i++
        if (c === 0x22) break
        if (c !== 0x5c) return fail(i, i >= length ? 'the text ends in a string' : 'a control character in a string')
        escapes = true
        c = bytes[i + 1]!
        if (c === 0x75) {
          for (let digit = i + 2; digit < i + 6; digit++) {
            if (!isHex(bytes[digit]!)) return fail(digit, 'an incomplete \\u escape')
          }
          i += 6
        } else if (c === 0x22 || c === 0x5c || c === 0x2f || c === 0x62 || c === 0x66 || c === 0x6e || c === 0x72 || c === 0x74) {
          i += 2
        } else {
          return fail(i, 'an unknown escape')
        }
      }
      i++
      tokens[at] = string
      tokens[at + 1] = start
      tokens[at + 2] = i
      at += stride
      tokens[at - 1] = at
      if (wantsKey) {
        while ((c = bytes[i]!) === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) i++
        if (c !== 0x3a) return fail(i, 'a key without ":"')
        i++
        wantsKey = false
        continue
      }
    } else if (wantsKey) {
      return fail(i, i >= length ? 'the text ends in an object' : 'a key is expected')
    } else if (c === 0x7b || c === 0x5b) {
      if (depth === nestingAtMost) return fail(i, `it is nested deeper than ${nestingAtMost} levels`)
      if (depth === parents.length) {
        const grown = new Int32Array(depth * 2)
        grown.set(parents)
        parents = grown
      }
      parents[depth++] = at
      tokens[at] = c === 0x7b ? object : array
      tokens[at + 1] = start
      at += stride
      i++
      inObject = c === 0x7b
      while ((c = bytes[i]!) === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) i++
      if (c !== (inObject ? 0x7d : 0x5d)) {
        wantsKey = inObject
        continue
      }
    } else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) {
      if (c === 0x2d) c = bytes[++i]!
      if (c === 0x30) {
        c = bytes[++i]!
      } else if (c >= 0x31 && c <= 0x39) {
        do c = bytes[++i]!; while (c >= 0x30 && c <= 0x39)
      } else {
        return fail(i, 'a number without digits')
      }
      if (c === 0x2e) {
        c = bytes[++i]!
        if (!(c >= 0x30 && c <= 0x39)) return fail(i, 'a fraction without digits')
        do c = bytes[++i]!; while (c >= 0x30 && c <= 0x39)
      }
      if (c === 0x65 || c === 0x45) {
        c = bytes[++i]!
        if (c === 0x2b || c === 0x2d) c = bytes[++i]!
        if (!(c >= 0x30 && c <= 0x39)) return fail(i, 'an exponent without digits')
        do c = bytes[++i]!; while (c >= 0x30 && c <= 0x39)
      }
      tokens[at] = number
      tokens[at + 1] = start
      tokens[at + 2] = i
      at += stride
      tokens[at - 1] = at
    } else {
      let kind: number
      if (c === 0x74 && bytes[i + 1] === 0x72 && bytes[i + 2] === 0x75 && bytes[i + 3] === 0x65) {
        kind = yes
        i += 4
      } else if (c === 0x66 && bytes[i + 1] === 0x61 && bytes[i + 2] === 0x6c && bytes[i + 3] === 0x73 && bytes[i + 4] === 0x65) {
        kind = no
        i += 5
      } else if (c === 0x6e && bytes[i + 1] === 0x75 && bytes[i + 2] === 0x6c && bytes[i + 3] === 0x6c) {
        kind = nothing
        i += 4
      } else {
        return fail(i, i >= length ? 'the text ends where a value is expected' : 'a value is expected')
      }
      tokens[at] = kind
      tokens[at + 1] = start
      tokens[at + 2] = i
      at += stride
      tokens[at - 1] = at
    }

    // A value has ended, or an empty container is at its end.
    for (;;) {
      while ((c = bytes[i]!) === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) i++
      if (depth === 0) {
        if (i < length) return fail(i, 'something follows the value')
        return { bytes, tokens, count: at / stride, escapes }
      }
      if (c === 0x2c) {
        i++
        wantsKey = inObject
        break
      }
      if (c !== (inObject ? 0x7d : 0x5d)) return fail(i, i >= length ? `the text ends in an ${inObject ? 'object' : 'array'}` : `"," or "${inObject ? '}' : ']'}" is expected`)
      i++
      const open = parents[--depth]!
      tokens[open + 2] = i
      tokens[open + 3] = at
      inObject = depth > 0 && tokens[parents[depth - 1]!] === object
    }
  }
}

export function isTape (read: Tape | NotJson): read is Tape {
  return 'tokens' in read
}

function fail (offset: number, reason: string): NotJson {
  return { offset, reason }
}

function isHex (c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66)
}

/** Whether a text is well-formed UTF-8 (RFC 3629). */
export function isWellFormed (bytes: Buffer): boolean {
  return isUtf8(bytes)
}
