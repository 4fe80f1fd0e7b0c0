import { Ajv, type ErrorObject } from 'ajv'
import type { FastifySchemaValidationError } from 'fastify'

/** One fault of a request, in Joi's words. */
export interface Detail {
  readonly field: string
  readonly message: string
}

/** A part of a request broke its schema. */
export class ValidationFailure extends Error {
  readonly statusCode = 400
  readonly code = 'VALIDATION_FAILED'
  readonly details: readonly Detail[]
  /** Set by Fastify: body, params, … */
  declare validationContext: string
  declare validation: FastifySchemaValidationError[]

  constructor (details: readonly Detail[]) {
    super('The request is not valid')
    this.details = details
  }
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly type?: string | readonly string[]
  readonly minLength?: number
  readonly maxLength?: number
  /** The name of a pattern in its message; "guid" has a message of its own. */
  readonly patternName?: string
}

/** Checks what `schema` says with Ajv, and tells every fault as Joi would, in Joi's order. Nothing is converted or removed. */
export function compileValidator (schema: unknown): (data: unknown) => { value: unknown } | { error: ValidationFailure } {
  // Joi counts UTF-16 units, as String.length does.
  const ajv = new Ajv({ allErrors: true, verbose: true, unicode: false, strict: true, allowUnionTypes: true, logger: false, keywords: ['patternName'] } as object)
  const check = ajv.compile(schema as object)
  const names = Object.keys((schema as Schema).properties ?? {})
  return data => check(data) ? { value: data } : { error: new ValidationFailure(describe(check.errors ?? [], names, data)) }
}

interface Fault extends Detail {
  /** Where the field stands in the schema, then which rule it is. */
  readonly rank: readonly [number, number]
}

const ruleRank = ['type', 'required', 'empty', 'length', 'maxLength', 'pattern', 'integer', 'minimum', 'maximum']

function describe (errors: readonly ErrorObject[], names: readonly string[], data: unknown): Detail[] {
  const faults = new Map<string, Fault>()
  for (const error of errors) {
    const field = fieldOf(error)
    const [rule, text] = ruleOf(error)
    if (text === undefined) continue
    const whole = error.instancePath === '' && (error.keyword === 'type' || error.keyword === 'minProperties')
    const place = whole ? -1 : names.includes(field) ? names.indexOf(field) : names.length + Object.keys(data as object).indexOf(field)
    faults.set(`${field} ${rule}`, { field, message: `"${field === '' ? 'value' : field}" ${text}`, rank: [place, ruleRank.indexOf(rule)] })
  }
  return [...faults.values()]
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1])
    .map(({ field, message }) => ({ field, message }))
}

function fieldOf ({ keyword, params, instancePath }: ErrorObject): string {
  if (keyword === 'required') return (params as { missingProperty: string }).missingProperty
  if (keyword === 'additionalProperties') return (params as { additionalProperty: string }).additionalProperty
  return instancePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The rule that was broken and Joi's words for it; no words where another error of the same value says it. */
function ruleOf ({ keyword, params, parentSchema, data }: ErrorObject): [rule: string, text?: string | undefined] {
  const schema = parentSchema as Schema
  const limit = (params as { limit?: number }).limit
  if (keyword === 'required') return ['required', 'is required']
  if (keyword === 'additionalProperties') return ['unknown', 'is not allowed']
  if (keyword === 'minProperties') return ['minProperties', `must have at least ${limit} key${limit === 1 ? '' : 's'}`]
  if (data === '' && keyword !== 'type') return ['empty', 'is not allowed to be empty']
  if (typeof data === 'number' && keyword !== 'type' && !Number.isSafeInteger(Math.trunc(data))) return ['safe', 'must be a safe number']
  switch (keyword) {
    case 'type': return typeFault(schema, data)
    case 'minLength':
    case 'maxLength': return schema.minLength === schema.maxLength
      ? ['length', `length must be ${limit} characters long`]
      : ['maxLength', keyword === 'maxLength' ? `length must be less than or equal to ${limit} characters long` : undefined]
    case 'pattern': return ['pattern', schema.patternName === 'guid' ? 'must be a valid GUID' : `with value "${String(data)}" fails to match the ${schema.patternName ?? 'required'} pattern`]
    case 'minimum': return ['minimum', `must be greater than or equal to ${limit}`]
    case 'maximum': return ['maximum', `must be less than or equal to ${limit}`]
    default: throw new Error(`No Joi message is known for the keyword ${keyword}`)
  }
}

function typeFault ({ type }: Schema, data: unknown): [rule: string, text: string] {
  const types = Array.isArray(type) ? type as string[] : [type as string]
  if (types.includes('object')) return ['type', 'must be of type object']
  if (types.includes('string')) return ['type', 'must be a string']
  if (typeof data !== 'number') return ['type', 'must be a number']
  if (!Number.isFinite(data)) return ['type', 'cannot be infinity']
  return ['integer', 'must be an integer']
}
