/**
 * A Python float whose value is a whole number. JavaScript cannot tell `1` from `1.0`, Python writes them differently:
 * in values of the parsed body, a plain number without a fraction (or a bigint) is an int, every other number a float.
 */
export class PythonFloat {
  readonly value: number

  constructor (value: number) {
    this.value = value
  }
}

/** A float for a body or a `detail` without a schema: `1` is written `1.0`. */
export function pythonFloat (value: number): number | PythonFloat {
  return Number.isInteger(value) ? new PythonFloat(value) : value
}

/** What `repr(float)` gives: `1.0`, `1e-07`, `1e+16`, `nan`, `inf`. */
export function floatText (value: number): string {
  if (Number.isInteger(value)) {
    if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
    if (value < 1e16 && value > -1e16) return `${value}.0`
  } else if (value !== value || value === Infinity || value === -Infinity) { // eslint-disable-line no-self-compare -- NaN
    return value === Infinity ? 'inf' : value === -Infinity ? '-inf' : 'nan'
  }
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e16) return String(value)
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  const padded = Math.abs(power) < 10 ? `0${Math.abs(power)}` : String(Math.abs(power))
  return `${digits}e${power < 0 ? '-' : '+'}${padded}`
}

/** The number as JavaScript has it when it can be exact, else a bigint. */
export function integerFromDigits (digits: string): number | bigint {
  if (digits.length < 16) return Number(digits) + 0
  const whole = BigInt(digits)
  return whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole
}

/** `int(x)` of a float: towards zero, exact; undefined for NaN and the infinities. */
export function truncate (value: number): number | bigint | undefined {
  if (!Number.isFinite(value)) return undefined
  const whole = Math.trunc(value) + 0
  return Number.isSafeInteger(whole) ? whole : BigInt(whole)
}

const INTEGER = /^[+-]?\d+(?:_\d+)*$/
const FLOAT = /^[+-]?(?:(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?|inf|infinity|nan)$/i
/** The most characters that pydantic gives to `int`. */
const LONGEST_INTEGER = 4300

/** `int(text)` as pydantic calls it; undefined when it is refused. */
export function parseInteger (text: string): number | bigint | undefined {
  if (text.length > LONGEST_INTEGER && codePoints(text) > LONGEST_INTEGER) return undefined
  const plain = asciiDigits(text)
  if (!INTEGER.test(plain)) return undefined
  const digits = plain.includes('_') ? plain.replaceAll('_', '') : plain
  if (digits.startsWith('+')) return integerFromDigits(digits.slice(1))
  if (digits.startsWith('-') && digits.length >= 16) {
    const whole = -BigInt(digits.slice(1))
    return whole >= Number.MIN_SAFE_INTEGER ? Number(whole) : whole
  }
  return integerFromDigits(digits)
}

/** `float(text)`; undefined when it is refused. */
export function parseFloatText (text: string): number | undefined {
  const plain = asciiDigits(text)
  if (!FLOAT.test(plain)) return undefined
  const bare = plain.replaceAll('_', '').toLowerCase()
  if (bare.endsWith('nan')) return NaN
  if (bare.includes('inf')) return bare.startsWith('-') ? -Infinity : Infinity
  return Number(bare)
}

/** `len(text)`. */
export function codePoints (text: string): number {
  let count = text.length
  for (let at = 0; at < text.length - 1; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(at + 1)
      if (next >= 0xdc00 && next <= 0xdfff) {
        count--
        at++
      }
    }
  }
  return count
}

const SPACE = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/
const PLAIN = /^[\x21-\x7e]*$/
const ASCII = /^[\x00-\x7f]*$/ // eslint-disable-line no-control-regex -- all of ASCII

/** Takes off the white space that `int()` and `float()` allow around a number. Not by a pattern, whose time would grow with the square of the length. */
export function strip (text: string): string {
  let [from, to] = [0, text.length]
  while (from < to && SPACE.test(text[from]!)) from++
  while (to > from && SPACE.test(text[to - 1]!)) to--
  return text.slice(from, to)
}

/** Python takes the decimal digits of every script, and white space around a number. */
function asciiDigits (text: string): string {
  if (PLAIN.test(text)) return text
  return toAsciiDigits(strip(text))
}

/** The decimal digits of every script as ASCII ones: what `\d` and `int` of Python take. */
export function toAsciiDigits (text: string): string {
  return ASCII.test(text) ? text : text.replace(/\p{Nd}/gu, digit => String(decimalDigits().get(digit) ?? digit))
}

let digitsOfAllScripts: Map<string, number> | undefined

function decimalDigits (): Map<string, number> {
  if (digitsOfAllScripts) return digitsOfAllScripts
  const table = new Map<string, number>()
  let run = 0
  for (let point = 0x80; point < 0x20000; point++) {
    const character = String.fromCodePoint(point)
    if (!/^\p{Nd}$/u.test(character)) {
      run = 0
    } else {
      // Unicode 15 has digits that Python 3.11 does not know.
      if (!(point >= 0x11f50 && point <= 0x11f59) && !(point >= 0x1e4f0 && point <= 0x1e4f9)) table.set(character, run % 10)
      run++
    }
  }
  digitsOfAllScripts = table
  return table
}
