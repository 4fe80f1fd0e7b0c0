import type { PythonValue } from './python-json.ts'
import { floatText, parseFloatText, parseInteger, PythonFloat, truncate } from './python-numbers.ts'

/** A coercion failed: `type` and `msg` of the fault, and its `ctx`. */
export class Refusal {
  readonly type: string
  readonly msg: string
  readonly ctx: Readonly<Record<string, unknown>> | undefined

  constructor (type: string, msg: string, ctx?: Readonly<Record<string, unknown>>) {
    this.type = type
    this.msg = msg
    this.ctx = ctx
  }
}

/** Gives the coerced value or a {@link Refusal}. Never gets null. */
export type Coercion = (value: PythonValue) => unknown

const notText = new Refusal('type_error.str', 'str type expected')
const notInteger = new Refusal('type_error.integer', 'value is not a valid integer')
const notFloat = new Refusal('type_error.float', 'value is not a valid float')
const notBoolean = new Refusal('type_error.bool', 'value could not be parsed to a boolean')

/** `str_validator`. */
export function toText (value: PythonValue): string | Refusal {
  switch (typeof value) {
    case 'string': return value
    case 'boolean': return value ? 'True' : 'False'
    case 'bigint': return value.toString()
    case 'number': return Number.isInteger(value) ? String(value) : floatText(value)
    default: return value instanceof PythonFloat ? floatText(value.value) : notText
  }
}

/** `int_validator`: a bigint when it is beyond what a number holds exactly. */
export function toInteger (value: PythonValue): number | bigint | Refusal {
  switch (typeof value) {
    case 'number': return Number.isInteger(value) ? value : truncate(value) ?? notInteger
    case 'bigint': return value
    case 'boolean': return value ? 1 : 0
    case 'string': return parseInteger(value) ?? notInteger
    default: return value instanceof PythonFloat ? truncate(value.value) ?? notInteger : notInteger
  }
}

/** `float_validator`. */
export function toFloat (value: PythonValue): number | Refusal {
  switch (typeof value) {
    case 'number': return value
    case 'bigint': return bigFloat(value)
    case 'boolean': return value ? 1 : 0
    case 'string': return parseFloatText(value) ?? notFloat
    default: return value instanceof PythonFloat ? value.value : notFloat
  }
}

/** `float(int)`. Python's OverflowError is not caught by pydantic, and is answered with 500. */
function bigFloat (value: bigint): number {
  const float = Number(value)
  if (!Number.isFinite(float)) throw new RangeError('int too large to convert to float')
  return float
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'on', 't', 'true', 'y', 'yes'].map(word => [word, true] as const),
  ...['0', 'off', 'f', 'false', 'n', 'no'].map(word => [word, false] as const)
])

/** `bool_validator`. */
export function toBoolean (value: PythonValue): boolean | Refusal {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return WORDS.get(value.toLowerCase()) ?? notBoolean
  const number = value instanceof PythonFloat ? value.value : value
  return number === 1 ? true : number === 0 ? false : notBoolean
}
