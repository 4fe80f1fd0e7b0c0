import type { PythonValue } from './python-json.ts'
import { floatText, PythonFloat } from './python-numbers.ts'

/** `repr` of a text: in single quotes, unless it holds some and no double ones. */
export function textRepr (text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let body = ''
  for (const character of text) {
    const point = character.codePointAt(0)!
    if (character === '\\' || character === quote) body += `\\${character}`
    else if (character === '\n') body += '\\n'
    else if (character === '\r') body += '\\r'
    else if (character === '\t') body += '\\t'
    else if (UNPRINTABLE.test(character)) body += point < 0x100 ? `\\x${hex(point, 2)}` : point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`
    else body += character
  }
  return quote + body + quote
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

function hex (point: number, digits: number): string {
  return point.toString(16).padStart(digits, '0')
}

/** `repr` of what a Literal or an Enum permits. */
export function scalarRepr (value: PythonValue): string {
  if (typeof value === 'string') return textRepr(value)
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value instanceof PythonFloat) return floatText(value.value)
  return typeof value === 'number' && !Number.isInteger(value) ? floatText(value) : String(value)
}

/** `a == b` of Python, where `1 == 1.0 == True`. */
export function pythonEquals (a: PythonValue, b: PythonValue): boolean {
  const left = numeric(a)
  const right = numeric(b)
  if (left !== undefined || right !== undefined) return left == right // eslint-disable-line eqeqeq -- a bigint equals a number
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each: PythonValue, at) => pythonEquals(each, b[at] as PythonValue))
  if (!(a instanceof Map) || !(b instanceof Map)) return false
  return a.size === b.size && [...a].every(([name, value]) => b.has(name) && pythonEquals(value, b.get(name) as PythonValue))
}

function numeric (value: PythonValue): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof PythonFloat ? value.value : undefined
}

/** A value of a `Type.Unknown()` as plain JavaScript: whole floats become numbers, dicts objects. */
export function plain (value: PythonValue): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof PythonFloat) return value.value
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]))
  return (value as readonly PythonValue[]).map(plain)
}
