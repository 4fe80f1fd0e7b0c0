import { fault } from '../../../errors.ts'
import { isRaw, type Raw, type References } from './references.ts'
import { anything, type JsonType, type Schema } from './schema.ts'

type Draft = { -readonly [Key in keyof Schema]: Schema[Key] }

const allTypes = new Set<string>(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'])
const numbers = ['minimum', 'maximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const

/** Schemas of one document; more of them, or deeper ones, are refused. */
const budget = 50_000

/** Brings the schemas of OpenAPI 3.0 and 3.1 into the form that the generators read. */
export class Normalizer {
  readonly #references: References
  readonly #source: string
  readonly #known = new Map<unknown, Draft>()

  constructor (references: References, source: string) {
    this.#references = references
    this.#source = source
  }

  /** @throws CUT_OPENAPI_INVALID */
  schema (raw: unknown): Schema {
    if (!isRaw(raw)) return anything
    if (typeof raw.$ref === 'string') {
      const { $ref: _, ...beside } = raw
      const target = this.schema(this.#references.resolve(raw))
      return Object.keys(beside).some(key => key !== 'description' && key !== 'summary') ? joined(target, this.schema(beside)) : target
    }
    const known = this.#known.get(raw)
    if (known !== undefined) return known
    if (this.#known.size >= budget) throw fault('CUT_OPENAPI_INVALID', this.#source, `it has more than ${budget} schemas`)
    const draft: Draft = { types: typesOf(raw) }
    this.#known.set(raw, draft)
    this.#fill(draft, raw)
    if (Array.isArray(raw.allOf)) {
      const whole = raw.allOf.reduce<Schema>((sum, part) => joined(sum, this.schema(part)), draft)
      Object.assign(draft, whole)
    }
    return draft
  }

  #fill (draft: Draft, raw: Raw): void {
    for (const name of numbers) if (typeof raw[name] === 'number') draft[name] = raw[name]
    // 3.0 says by a boolean that `minimum` itself is out of bounds.
    if (raw.exclusiveMinimum === true && draft.minimum !== undefined) draft.exclusiveMinimum = draft.minimum
    else if (typeof raw.exclusiveMinimum === 'number') draft.exclusiveMinimum = raw.exclusiveMinimum
    if (raw.exclusiveMaximum === true && draft.maximum !== undefined) draft.exclusiveMaximum = draft.maximum
    else if (typeof raw.exclusiveMaximum === 'number') draft.exclusiveMaximum = raw.exclusiveMaximum
    if (typeof raw.pattern === 'string') draft.pattern = raw.pattern
    if (typeof raw.format === 'string') draft.format = raw.format
    // How 3.1 says what 3.0 says by the format `binary`.
    else if (typeof raw.contentMediaType === 'string' && raw.contentEncoding === undefined) draft.format = 'binary'
    if (raw.uniqueItems === true) draft.uniqueItems = true
    if (Array.isArray(raw.enum)) draft.values = raw.enum
    else if ('const' in raw) draft.values = [raw.const]
    if (raw.items !== undefined) draft.items = this.schema(raw.items)
    if (isRaw(raw.properties)) draft.properties = Object.fromEntries(Object.entries(raw.properties).map(([name, each]) => [name, this.schema(each)]))
    if (Array.isArray(raw.required)) draft.required = raw.required.filter(name => typeof name === 'string')
    if (raw.additionalProperties === false) draft.open = false
    const alternatives = [raw.anyOf, raw.oneOf].filter(Array.isArray).flat()
    if (alternatives.length > 0) draft.alternatives = alternatives.map(each => this.schema(each))
    const examples = [raw.example, ...Array.isArray(raw.examples) ? raw.examples : [], raw.default].filter(each => each !== undefined)
    if (examples.length > 0) draft.examples = examples
  }
}

function typesOf (raw: Raw): readonly JsonType[] {
  const given = (Array.isArray(raw.type) ? raw.type : [raw.type]).filter((type): type is JsonType => allTypes.has(type))
  if (given.length === 0 && isRaw(raw.properties)) return ['object']
  return raw.nullable === true && given.length > 0 && !given.includes('null') ? [...given, 'null'] : given
}

/** What meets both. */
function joined (one: Schema, other: Schema): Schema {
  const least = (a: number | undefined, b: number | undefined) => a === undefined ? b : b === undefined ? a : Math.min(a, b)
  const most = (a: number | undefined, b: number | undefined) => a === undefined ? b : b === undefined ? a : Math.max(a, b)
  const types = one.types.length === 0
    ? other.types
    : other.types.length === 0 ? one.types : one.types.filter(type => other.types.includes(type) || (type === 'integer' && other.types.includes('number')))
  const bounds = {
    minimum: most(one.minimum, other.minimum),
    maximum: least(one.maximum, other.maximum),
    minLength: most(one.minLength, other.minLength),
    maxLength: least(one.maxLength, other.maxLength),
    minItems: most(one.minItems, other.minItems),
    maxItems: least(one.maxItems, other.maxItems)
  }
  const properties = one.properties ?? other.properties ? { ...one.properties, ...other.properties } : undefined
  const required = [...new Set([...one.required ?? [], ...other.required ?? []])]
  return {
    ...one,
    ...other,
    types,
    ...Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined)),
    ...(properties !== undefined && { properties }),
    ...(required.length > 0 && { required }),
    ...((one.open === false || other.open === false) && { open: false })
  }
}
