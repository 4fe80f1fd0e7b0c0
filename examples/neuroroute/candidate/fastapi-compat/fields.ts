import { lengthConstraints, numberConstraints, textConstraints, type Constraint } from './constraints.ts'
import { toDate, toDatetime } from './dates.ts'
import { validatorsOf, type Validators } from './declarations.ts'
import { toPairs } from './dicts.ts'
import { faultOf, type Fault } from './faults.ts'
import { FAILED, refuse, type Field } from './field.ts'
import { compileModel } from './models.ts'
import type { PythonValue } from './python-json.ts'
import { pythonEquals, scalarRepr } from './python-text.ts'
import { Refusal, toBoolean, toFloat, toInteger, toText, type Coercion } from './scalars.ts'
import { splitNull, type Schema } from './schema.ts'
import { toUuid } from './uuids.ts'

const notNull = { msg: 'none is not an allowed value', type: 'type_error.none.not_allowed' }

/**
 * The field of a schema.
 * @param nullable null is a value though the schema does not say so, as for what has None as its default
 */
export function compileField (given: Schema, nullable = false): Field {
  const split = splitNull(given)
  const allowsNull = nullable || split.nullable || isAny(split.schema)
  const inner = compileInner(split.schema)
  const field: Field = (value, loc, faults, values) => {
    if (value !== null) return inner(value, loc, faults, values)
    if (allowsNull) return null
    faults.push({ loc, ...notNull })
    return FAILED
  }
  const validators = split.schema[validatorsOf]
  return validators ? withValidators(field, validators) : field
}

function isAny (schema: Schema): boolean {
  return schema.type === undefined && schema.anyOf === undefined && schema.enum === undefined && !('const' in schema)
}

function compileInner (schema: Schema): Field {
  if (schema.anyOf) return compileUnion(schema.anyOf)
  if ('const' in schema) return coercing(literal([schema.const as PythonValue]))
  if (schema.enum) return coercing(enumeration(schema.enum as PythonValue[]))
  switch (schema.type) {
    case 'string': return coercing(textCoercion(schema), schema.format ? undefined : textConstraints(schema))
    case 'integer': return coercing(toInteger, numberConstraints(schema))
    case 'number': return coercing(toFloat, numberConstraints(schema))
    case 'boolean': return coercing(toBoolean)
    case 'array': return compileList(schema)
    case 'object': return schema.properties ? compileModel(schema, compileField) : compileDictionary(schema)
    default: return value => value
  }
}

function textCoercion (schema: Schema): Coercion {
  switch (schema.format) {
    case 'uuid': return toUuid
    case 'date': return toDate
    case 'date-time': return toDatetime
    default: return toText
  }
}

function coercing (coerce: Coercion, constraint?: Constraint): Field {
  return (value, loc, faults) => {
    const coerced = coerce(value)
    const refusal = coerced instanceof Refusal ? coerced : constraint?.(coerced as never)
    return refusal ? refuse(faults, loc, refusal) : coerced
  }
}

function enumeration (members: readonly PythonValue[]): Coercion {
  const refusal = new Refusal('type_error.enum', `value is not a valid enumeration member; permitted: ${members.map(scalarRepr).join(', ')}`, { enum_values: members })
  return value => members.find(member => pythonEquals(member, value)) ?? refusal
}

function literal (permitted: readonly PythonValue[]): Coercion {
  const msg = `unexpected value; permitted: ${permitted.map(scalarRepr).join(', ')}`
  return value => {
    if (Array.isArray(value)) return new Refusal('type_error', "unhashable type: 'list'")
    if (value instanceof Map) return new Refusal('type_error', "unhashable type: 'dict'")
    return permitted.find(each => pythonEquals(each, value)) ?? new Refusal('value_error.const', msg, { given: value, permitted })
  }
}

/** The first member that takes the value; the faults of all when none does. Literals together are one Literal. */
function compileUnion (members: readonly Schema[]): Field {
  if (members.every(member => 'const' in member)) return coercing(literal(members.map(member => member.const as PythonValue)))
  const fields = members.map(member => compileField(member))
  return (value, loc, faults, values) => {
    const collected: Fault[] = []
    for (const field of fields) {
      const result = field(value, loc, collected, values)
      if (result !== FAILED) return result
    }
    faults.push(...collected)
    return FAILED
  }
}

const notList = new Refusal('type_error.list', 'value is not a valid list')
const duplicated = new Refusal('value_error.list.unique_items', 'the list has duplicated items')

function compileList (schema: Schema): Field {
  const item = compileField(schema.items ?? {})
  const length = lengthConstraints(schema)
  const { uniqueItems } = schema
  return (value, loc, faults, values) => {
    if (!Array.isArray(value)) return refuse(faults, loc, notList)
    const refusal = length?.(value.length) ?? (uniqueItems && hasDuplicates(value) ? duplicated : undefined)
    if (refusal) return refuse(faults, loc, refusal)
    let sound = true
    const items = value.map((each: PythonValue, index) => {
      const result = item(each, [...loc, index], faults, values)
      if (result === FAILED) sound = false
      return result
    })
    return sound ? items : FAILED
  }
}

function hasDuplicates (values: readonly PythonValue[]): boolean {
  return values.some((value, index) => values.slice(index + 1).some(other => pythonEquals(value, other)))
}

/** `Dict[str, …]`. */
function compileDictionary (schema: Schema): Field {
  const [pattern] = Object.values(schema.patternProperties ?? {})
  const key = coercing(toText)
  const member = compileField(pattern ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}))
  return (value, loc, faults, values) => {
    const pairs = toPairs(value)
    if (pairs instanceof Refusal) return refuse(faults, loc, pairs)
    let sound = true
    const members = pairs.map(([given, each]) => {
      const keyLoc = [...loc, '__key__']
      let name: unknown = FAILED
      if (given === null) faults.push({ loc: keyLoc, ...notNull })
      else name = key(given, keyLoc, faults, values)
      const result = name === FAILED ? FAILED : member(each, [...loc, given as string], faults, values)
      if (result === FAILED) sound = false
      return [name as string, result] as const
    })
    return sound ? Object.fromEntries(members) : FAILED
  }
}

function withValidators (field: Field, { before = [], after = [] }: Validators): Field {
  return (given, loc, faults, values) => {
    let value: unknown = given
    try {
      for (const validate of before) value = validate(value as never, values)
    } catch (error) {
      faults.push(faultOf(error, loc))
      return FAILED
    }
    value = field(value as PythonValue, loc, faults, values)
    if (value === FAILED) return FAILED
    try {
      for (const validate of after) value = validate(value as never, values)
    } catch (error) {
      faults.push(faultOf(error, loc))
      return FAILED
    }
    return value
  }
}
