import { integerFromDigits, PythonFloat } from './python-numbers.ts'

/** What Python's `json.loads` gives: plain numbers are ints unless they have a fraction, {@link PythonFloat} is a whole float. */
export type PythonValue = null | boolean | number | bigint | string | PythonFloat | readonly PythonValue[] | PythonDict
/** A dict: a Map, since objects have an order of their own for names that are numbers. */
export type PythonDict = ReadonlyMap<string, PythonValue>

/** `json.JSONDecodeError`. */
export class JsonDecodeError extends Error {
  readonly text: string
  /** What was wrong, without the position. */
  readonly reason: string
  /** In code points. */
  readonly position: number
  /** In UTF-16 units. */
  readonly units: number

  constructor (reason: string, text: string, units: number) {
    super(reason)
    this.reason = reason
    this.text = text
    this.units = units
    this.position = codePointIndex(text, units)
  }
}

/** What `json.loads` refuses with another error than {@link JsonDecodeError}: too deep, too many digits. */
export class JsonLimitError extends Error {}

/** Digits of an int that Python still parses. */
const LONGEST_INTEGER = 4300
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y
const HEX = /^[0-9a-fA-F]{4}$/

/**
 * `json.loads` of a text: with NaN and the infinities, ints of any size, the last of duplicate names, and its errors.
 * @param depth how many arrays and objects may be inside each other: CPython's recursion limit less the frames above
 * @throws JsonDecodeError, JsonLimitError
 */
export function parsePythonJson (text: string, depth: number): PythonValue {
  const parser = new Parser(text, depth)
  return parser.document()
}

class Parser {
  readonly #text: string
  readonly #depth: number
  #at = 0

  constructor (text: string, depth: number) {
    this.#text = text
    this.#depth = depth
  }

  document (): PythonValue {
    this.#space()
    const value = this.#value(0)
    this.#space()
    if (this.#at !== this.#text.length) throw this.#error('Extra data', this.#at)
    return value
  }

  #error (reason: string, at: number): JsonDecodeError {
    return new JsonDecodeError(reason, this.#text, at)
  }

  #space (): void {
    const text = this.#text
    for (;;) {
      const unit = text.charCodeAt(this.#at)
      if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return
      this.#at++
    }
  }

  #value (level: number): PythonValue {
    const text = this.#text
    const at = this.#at
    switch (text.charCodeAt(at)) {
      case 34: this.#at = at + 1; return this.#string()
      case 123: return this.#object(level)
      case 91: return this.#array(level)
      case 110: if (text.startsWith('null', at)) return this.#word(4, null); break
      case 116: if (text.startsWith('true', at)) return this.#word(4, true); break
      case 102: if (text.startsWith('false', at)) return this.#word(5, false); break
      case 78: if (text.startsWith('NaN', at)) return this.#word(3, NaN); break
      case 73: if (text.startsWith('Infinity', at)) return this.#word(8, Infinity); break
      case 45: if (text.startsWith('-Infinity', at)) return this.#word(9, -Infinity); break
    }
    return this.#number(at)
  }

  #word<T> (length: number, value: T): T {
    this.#at += length
    return value
  }

  #number (at: number): number | bigint | PythonFloat {
    NUMBER.lastIndex = at
    const match = NUMBER.exec(this.#text)
    if (!match) throw this.#error('Expecting value', at)
    const literal = match[0]
    this.#at = at + literal.length
    if (match[1] === undefined && match[2] === undefined) {
      if (literal.length > LONGEST_INTEGER && literal.length - (literal.startsWith('-') ? 1 : 0) > LONGEST_INTEGER) throw new JsonLimitError('too many digits')
      return integerFromDigits(literal)
    }
    const value = Number(literal)
    return Number.isInteger(value) ? new PythonFloat(value) : value
  }

  #string (): string {
    const text = this.#text
    const begin = this.#at - 1
    let from = this.#at
    let result = ''
    for (let at = from; ; at++) {
      const unit = text.charCodeAt(at)
      if (unit === 34) {
        this.#at = at + 1
        return result === '' ? text.slice(from, at) : result + text.slice(from, at)
      }
      if (unit === 92) {
        result += text.slice(from, at)
        const escape = text.charCodeAt(at + 1)
        if (at + 1 >= text.length) throw this.#error('Unterminated string starting at', begin)
        if (escape === 117) {
          const hex = text.slice(at + 2, at + 6)
          if (!HEX.test(hex)) throw this.#error('Invalid \\uXXXX escape', at + 1)
          result += String.fromCharCode(Number.parseInt(hex, 16))
          at += 5
        } else {
          const character = ESCAPES[text[at + 1]!]
          if (character === undefined) throw this.#error('Invalid \\escape', at)
          result += character
          at++
        }
        from = at + 1
      } else if (unit < 32) {
        throw this.#error('Invalid control character at', at)
      } else if (at >= text.length) {
        throw this.#error('Unterminated string starting at', begin)
      }
    }
  }

  #enter (level: number): number {
    if (level >= this.#depth) throw new JsonLimitError('too deep')
    return level + 1
  }

  #array (level: number): PythonValue {
    const inner = this.#enter(level)
    const text = this.#text
    this.#at++
    this.#space()
    const values: PythonValue[] = []
    if (text.charCodeAt(this.#at) === 93) {
      this.#at++
      return values
    }
    for (;;) {
      values.push(this.#value(inner))
      this.#space()
      const unit = text.charCodeAt(this.#at)
      if (unit === 93) {
        this.#at++
        return values
      }
      if (unit !== 44) throw this.#error("Expecting ',' delimiter", this.#at)
      this.#at++
      this.#space()
    }
  }

  #object (level: number): PythonValue {
    const inner = this.#enter(level)
    const text = this.#text
    this.#at++
    this.#space()
    const members = new Map<string, PythonValue>()
    if (text.charCodeAt(this.#at) === 125) {
      this.#at++
      return members
    }
    for (;;) {
      if (text.charCodeAt(this.#at) !== 34) throw this.#error('Expecting property name enclosed in double quotes', this.#at)
      this.#at++
      const name = this.#string()
      this.#space()
      if (text.charCodeAt(this.#at) !== 58) throw this.#error("Expecting ':' delimiter", this.#at)
      this.#at++
      this.#space()
      members.set(name, this.#value(inner))
      this.#space()
      const unit = text.charCodeAt(this.#at)
      if (unit === 125) {
        this.#at++
        return members
      }
      if (unit !== 44) throw this.#error("Expecting ',' delimiter", this.#at)
      this.#at++
      this.#space()
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = Object.assign(Object.create(null), { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' })

/** Counts what Python counts: a pair of surrogates is one character. */
function codePointIndex (text: string, units: number): number {
  let index = units
  for (let at = 0; at < units - 1; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      index--
      at++
    }
  }
  return index
}
