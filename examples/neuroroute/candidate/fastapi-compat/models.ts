import { validatorsOf } from './declarations.ts'
import { faultOf, type Fault } from './faults.ts'
import { FAILED, refuse, type Field } from './field.ts'
import { isDict, toPairs } from './dicts.ts'
import type { PythonDict, PythonValue } from './python-json.ts'
import { Refusal } from './scalars.ts'
import type { Schema } from './schema.ts'

const notKeywords = new Refusal('type_error', 'keywords must be strings')
/** The one name that pydantic's constructor keeps for itself. */
const SELF = '__pydantic_self__'
const takenName = new Refusal('type_error', `BaseModel.__init__() got multiple values for argument '${SELF}'`)
const missing = { msg: 'field required', type: 'value_error.missing' }
const extra = { msg: 'extra fields not permitted', type: 'value_error.extra' }

/** How the field of a schema is made. */
export type CompileField = (schema: Schema, nullable: boolean) => Field

/** A member of a model, or a parameter of a request. */
export interface Member {
  readonly name: string
  readonly field: Field
  readonly required: boolean
  readonly default: unknown
  readonly always: boolean
}

/** The members of an object schema, in their order. Optional ones without a default have None, which makes null a value. */
export function compileMembers (schema: Schema, compileField: CompileField): Member[] {
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const hasDefault = property.default !== undefined
    const isRequired = required.has(name) && !hasDefault
    return {
      name,
      field: compileField(property, !isRequired && (!hasDefault || property.default === null)),
      required: isRequired,
      default: property.default,
      always: property[validatorsOf]?.always === true
    }
  })
}

/** `validate_model`. An optional member that was left out stays out, one with a default has it. */
export function compileModel (schema: Schema, compileField: CompileField): Field {
  const members = compileMembers(schema, compileField)
  const forbidden = schema.additionalProperties === false
  const names = new Set(members.map(member => member.name))
  const { rootBefore = [], root = [], skipOnFailure = false } = schema[validatorsOf] ?? {}
  return (value, loc, faults) => {
    const dict = toDict(value)
    if (dict instanceof Refusal) return refuse(faults, loc, dict)
    if (dict.has(SELF)) return refuse(faults, loc, takenName)
    let input = dict
    const found: Fault[] = []
    try {
      if (rootBefore.length > 0) {
        let members: unknown = Object.fromEntries(dict)
        for (const validate of rootBefore) members = validate(members as never)
        input = new Map(Object.entries(members as Record<string, PythonValue>))
      }
    } catch (error) {
      faults.push(faultOf(error, [...loc, '__root__']))
      return FAILED
    }
    let values: Record<string, unknown> = {}
    for (const member of members) {
      let given = input.get(member.name)
      if (given === undefined) {
        if (member.required) {
          found.push({ loc: [...loc, member.name], ...missing })
          continue
        }
        if (!member.always) {
          if (member.default !== undefined) values[member.name] = fresh(member.default)
          continue
        }
        given = member.default as PythonValue ?? null
      }
      const result = member.field(given, [...loc, member.name], found, values)
      if (result !== FAILED) values[member.name] = result
    }
    if (forbidden) {
      const others = [...input.keys()].filter(name => !names.has(name)).sort(byCodePoints)
      for (const name of others) found.push({ loc: [...loc, name], ...extra })
    }
    for (const validate of root) {
      if (skipOnFailure && found.length > 0) continue
      try {
        values = validate(values as never) as Record<string, unknown>
      } catch (error) {
        found.push(faultOf(error, [...loc, '__root__']))
      }
    }
    if (found.length === 0) return values
    faults.push(...found)
    return FAILED
  }
}

/** A default is never shared between requests. */
export function fresh (value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) && value.length === 0 ? [] : structuredClone(value)
}

/** `Model.validate`: a dict, or whatever `dict()` makes one of, such as a list of pairs. */
function toDict (value: PythonValue): PythonDict | Refusal {
  if (isDict(value)) return value
  const pairs = toPairs(value)
  if (pairs instanceof Refusal) return pairs
  const members = new Map<string, PythonValue>()
  for (const [name, member] of pairs) {
    if (typeof name !== 'string') return notKeywords
    members.set(name, member)
  }
  return members
}

function byCodePoints (a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
