import { pythonPattern } from './patterns.ts'
import { codePoints, floatText, PythonFloat } from './python-numbers.ts'
import { Refusal } from './scalars.ts'
import type { Schema } from './schema.ts'

/** Checks a value that was coerced; undefined when it holds. */
export type Constraint = (value: never) => Refusal | undefined

/** `constr`: lengths in code points, then the pattern from the beginning. */
export function textConstraints (schema: Schema): Constraint | undefined {
  const { minLength, maxLength, pattern } = schema
  if (minLength === undefined && maxLength === undefined && pattern === undefined) return undefined
  const tooShort = minLength === undefined ? undefined : limit('value_error.any_str.min_length', 'ensure this value has at least', minLength, 'characters')
  const tooLong = maxLength === undefined ? undefined : limit('value_error.any_str.max_length', 'ensure this value has at most', maxLength, 'characters')
  const expression = pattern === undefined ? undefined : pythonPattern(pattern)
  const noMatch = new Refusal('value_error.str.regex', `string does not match regex "${pattern}"`, { pattern })
  return (value: string) => {
    const units = value.length
    if (tooShort && minLength !== undefined && units < minLength * 2 && codePoints(value) < minLength) return tooShort
    if (tooLong && maxLength !== undefined && units > maxLength && codePoints(value) > maxLength) return tooLong
    return expression && !expression.test(value) ? noMatch : undefined
  }
}

/** `conint` and `confloat`. */
export function numberConstraints (schema: Schema): Constraint | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const asFloat = schema.type === 'number' && (schema as { floatLimits?: boolean }).floatLimits === true
  const bound = (type: string, text: string, value: number | undefined) => value === undefined ? undefined : limit(`value_error.number.${type}`, `ensure this value is ${text}`, asFloat ? new PythonFloat(value) : value)
  const notGt = bound('not_gt', 'greater than', exclusiveMinimum)
  const notGe = bound('not_ge', 'greater than or equal to', minimum)
  const notLt = bound('not_lt', 'less than', exclusiveMaximum)
  const notLe = bound('not_le', 'less than or equal to', maximum)
  if (!notGt && !notGe && !notLt && !notLe && multipleOf === undefined) return undefined
  const notMultiple = multipleOf === undefined ? undefined : new Refusal('value_error.number.not_multiple', `ensure this value is a multiple of ${numberText(multipleOf)}`, { multiple_of: multipleOf })
  return (value: number | bigint) => {
    if (notGt && !(value > exclusiveMinimum!)) return notGt
    if (notGe && !(value >= minimum!)) return notGe
    if (notLt && !(value < exclusiveMaximum!)) return notLt
    if (notLe && !(value <= maximum!)) return notLe
    return notMultiple && !isMultiple(value, multipleOf!) ? notMultiple : undefined
  }
}

/** `conlist`: how many items; whether any is there twice is asked with {@link hasDuplicates}. */
export function lengthConstraints (schema: Schema): ((length: number) => Refusal | undefined) | undefined {
  const { minItems, maxItems } = schema
  if (minItems === undefined && maxItems === undefined) return undefined
  const tooFew = minItems === undefined ? undefined : limit('value_error.list.min_items', 'ensure this value has at least', minItems, 'items')
  const tooMany = maxItems === undefined ? undefined : limit('value_error.list.max_items', 'ensure this value has at most', maxItems, 'items')
  return length => length < (minItems ?? 0) ? tooFew : length > (maxItems ?? Infinity) ? tooMany : undefined
}

function limit (type: string, text: string, value: number | PythonFloat, unit = ''): Refusal {
  return new Refusal(type, `${text} ${numberText(value)}${unit === '' ? '' : ` ${unit}`}`, { limit_value: value })
}

function numberText (value: number | PythonFloat): string {
  if (value instanceof PythonFloat) return floatText(value.value)
  return Number.isInteger(value) ? String(value) : floatText(value)
}

/** `number_multiple_validator`, which allows for a hundred-millionth. */
function isMultiple (value: number | bigint, of: number): boolean {
  const quotient = Number(value) / of
  const rest = quotient - Math.floor(quotient)
  return Math.abs(rest) <= 1e-8 || Math.abs(rest - 1) <= 1e-8
}
