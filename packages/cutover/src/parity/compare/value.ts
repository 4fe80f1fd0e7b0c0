import { show, type Shown, type ValueType } from './difference.ts'
import { array, nothing, number, object, string, type Tape } from './tape.ts'

/** A value at a place, as far as rules, noise and reports need it. */
export interface Value {
  readonly type: ValueType
  /** Strings decoded, the rest as it stands in its source; at most {@link textKept} characters. */
  readonly text: string
  /** Length of the whole value in its source. */
  readonly length: number
  /** Whether it was JSON, so that a string is shown with its quotes. */
  readonly json: boolean
}

/** The longest text of a {@link Value}, characters. */
export const textKept = 4096

/** A value that is not JSON. */
export function plain (text: string, type: 'text' | 'bytes' = 'text', length: number = text.length): Value {
  return { type, text: text.length > textKept ? text.slice(0, textKept) : text, length, json: false }
}

export function shown (value: Value): Shown {
  return show(value.type, value.json && value.type === 'string' ? JSON.stringify(value.text) : value.text, value.length)
}

/** The value of a token. */
export function valueAt (tape: Tape, token: number): Value {
  const { tokens } = tape
  const type = typeOf(tokens[token]!)
  const length = tokens[token + 2]! - tokens[token + 1]!
  const text = type === 'string' && length <= textKept
    ? stringAt(tape, token)
    : tape.bytes.toString('utf8', tokens[token + 1]! + (type === 'string' ? 1 : 0), tokens[token + 1]! + Math.min(length, textKept))
  return { type, text, length, json: true }
}

/** The string of a string token, escapes resolved. */
export function stringAt (tape: Tape, token: number): string {
  const start = tape.tokens[token + 1]!
  const end = tape.tokens[token + 2]!
  const raw = tape.bytes.toString('utf8', start + 1, end - 1)
  return tape.escapes && raw.includes('\\') ? JSON.parse(`"${raw}"`) as string : raw
}

/** The text of a number token. */
export function numberAt (tape: Tape, token: number): string {
  return tape.bytes.toString('latin1', tape.tokens[token + 1], tape.tokens[token + 2])
}

export function typeOf (kind: number): ValueType {
  switch (kind) {
    case object: return 'object'
    case array: return 'array'
    case string: return 'string'
    case number: return 'number'
    case nothing: return 'null'
    default: return 'boolean'
  }
}
