import type { JoiDetail } from './detail.ts'

/** An error of Ajv as it comes with the option `verbose`. */
export interface AjvError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  readonly schemaPath?: string
  readonly data?: unknown
  readonly schema?: unknown
  readonly parentSchema?: Readonly<Record<string, unknown>>
}

type Path = ReadonlyArray<string | number>

/** The path of the value that is at fault: for a missing or an unknown key, that key. */
export function pathOf (error: AjvError): Path {
  const path = error.instancePath.split('/').slice(1).map(part => {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    return /^\d+$/.test(name) ? Number(name) : name
  })
  const { missingProperty, additionalProperty, unevaluatedProperty, i } = error.params
  const key = missingProperty ?? additionalProperty ?? unevaluatedProperty
  if (key !== undefined) return [...path, key as string]
  return error.keyword === 'uniqueItems' && typeof i === 'number' ? [...path, Math.max(i, Number(error.params.j))] : path
}

function labelOf (path: Path): string {
  return path.map((part, i) => typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`).join('') || 'value'
}

/** What Joi says about one error of Ajv: no entry when Joi says it elsewhere, two when it finds two faults. */
export function messageOf (error: AjvError): JoiDetail[] {
  const path = pathOf(error)
  const label = labelOf(path)
  return describe(error).map(([type, text, more]) => ({
    message: `"${label}" ${text}`,
    path,
    type,
    context: { label, key: path.at(-1), value: error.data, ...more }
  }))
}

type Entry = readonly [type: string, text: string, context?: object]

const empty: Entry = ['string.empty', 'is not allowed to be empty']

function describe (error: AjvError): Entry[] {
  const { keyword, params, data, parentSchema = {} } = error
  const textual = ['minLength', 'maxLength', 'pattern', 'format'].includes(keyword)
  if (textual && data === '') return [empty]
  if (typeof data === 'number' && describesNumber(keyword) && (hasType(parentSchema, 'number') || hasType(parentSchema, 'integer')) && !Number.isSafeInteger(Math.trunc(data))) return [Number.isFinite(data) ? ['number.unsafe', 'must be a safe number'] : ['number.infinity', 'cannot be infinity']]
  const describer = describers[keyword]
  if (describer !== undefined) return describer(params.limit, error, parentSchema)
  return [[`any.${keyword}`, error.message ?? `fails ${keyword}`]]
}

function describesNumber (keyword: string): boolean {
  return ['type', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].includes(keyword)
}

function hasType (schema: Readonly<Record<string, unknown>>, type: string): boolean {
  return [schema.type].flat().includes(type)
}

type Describer = (limit: unknown, error: AjvError, schema: Readonly<Record<string, unknown>>) => Entry[]

const describers: Readonly<Record<string, Describer | undefined>> = {
  required: () => [['any.required', 'is required']],
  additionalProperties: () => [['object.unknown', 'is not allowed']],
  unevaluatedProperties: () => [['object.unknown', 'is not allowed']],
  type: (_limit, error, schema) => [typeEntry(error), ...afterInteger(error, schema)],
  enum: (_limit, error, schema) => onlyEntries(error.params.allowedValues as unknown[], error, schema),
  const: (_limit, error, schema) => onlyEntries([error.params.allowedValue], error, schema),
  anyOf: (_limit, error) => alternatives(error),
  oneOf: (_limit, error) => alternatives(error),
  minLength: (limit, _error, schema) => [schema.maxLength === limit ? length(limit) : ['string.min', `length must be at least ${limit} characters long`, { limit }]],
  maxLength: (limit, _error, schema) => [schema.minLength === limit ? length(limit) : ['string.max', `length must be less than or equal to ${limit} characters long`, { limit }]],
  pattern: (_limit, error, schema) => [patternEntry(error, schema.patternName)],
  format: (_limit, error) => [formatEntry(error.params.format as string, error.message)],
  minimum: limit => [['number.min', `must be greater than or equal to ${limit}`, { limit }]],
  maximum: limit => [['number.max', `must be less than or equal to ${limit}`, { limit }]],
  exclusiveMinimum: limit => [['number.greater', `must be greater than ${limit}`, { limit }]],
  exclusiveMaximum: limit => [['number.less', `must be less than ${limit}`, { limit }]],
  multipleOf: (_limit, error) => [['number.multiple', `must be a multiple of ${error.params.multipleOf}`]],
  minItems: (limit, _error, schema) => [schema.maxItems === limit ? items(limit) : ['array.min', `must contain at least ${limit} items`, { limit }]],
  maxItems: (limit, _error, schema) => [schema.minItems === limit ? items(limit) : ['array.max', `must contain less than or equal to ${limit} items`, { limit }]],
  uniqueItems: () => [['array.unique', 'contains a duplicate value']],
  minProperties: limit => [['object.min', `must have at least ${limit} key${limit === 1 ? '' : 's'}`, { limit }]],
  maxProperties: limit => [['object.max', `must have less than or equal to ${limit} key${limit === 1 ? '' : 's'}`, { limit }]]
}

function length (limit: unknown): Entry {
  return ['string.length', `length must be ${limit} characters long`, { limit }]
}

function items (limit: unknown): Entry {
  return ['array.length', `must contain ${limit} items`, { limit }]
}

function typeEntry (error: AjvError): Entry {
  const wanted = [error.params.type].flat()[0] as string
  if (wanted === 'integer') return typeof error.data === 'number' && Number.isFinite(error.data) ? ['number.integer', 'must be an integer'] : ['number.base', 'must be a number']
  if (wanted === 'object') return ['object.base', 'must be of type object']
  if (wanted === 'array') return ['array.base', 'must be an array']
  if (wanted === 'null') return ['any.only', 'must be [null]']
  return [`${wanted}.base`, `must be a ${wanted}`]
}

function patternEntry (error: AjvError, name: unknown): Entry {
  if (name === 'guid') return ['string.guid', 'must be a valid GUID']
  if (typeof name === 'string') return ['string.pattern.name', `with value "${String(error.data)}" fails to match the ${name} pattern`]
  return ['string.pattern.base', `with value "${String(error.data)}" fails to match the required pattern: /${String(error.params.pattern)}/`]
}

/** Ajv leaves a fraction at that where an integer is wanted; Joi goes on to the range. */
function afterInteger (error: AjvError, schema: Readonly<Record<string, unknown>>): Entry[] {
  const value = error.data
  if (!hasType(schema, 'integer') || typeof value !== 'number') return []
  const fails: Record<string, (limit: number) => boolean> = {
    minimum: limit => value < limit,
    maximum: limit => value > limit,
    exclusiveMinimum: limit => value <= limit,
    exclusiveMaximum: limit => value >= limit,
    multipleOf: limit => value % limit !== 0
  }
  return Object.keys(schema).flatMap(keyword => {
    const limit = schema[keyword]
    if (typeof limit !== 'number' || fails[keyword]?.(limit) !== true) return []
    return describers[keyword]?.(limit, { ...error, params: { multipleOf: limit } }, schema) ?? []
  })
}

/** Joi checks the allowed values first, and the type of the value all the same. */
function onlyEntries (valids: readonly unknown[], error: AjvError, schema: Readonly<Record<string, unknown>>): Entry[] {
  const entry: Entry = ['any.only', `must be ${valids.length === 1 ? '' : 'one of '}[${valids.map(value => String(value)).join(', ')}]`, { valids }]
  return error.data === '' && hasType(schema, 'string') ? [entry, empty] : [entry]
}

/** A union of literals is a list of allowed values in Joi. */
function alternatives (error: AjvError): Entry[] {
  const branches = (Array.isArray(error.schema) ? error.schema : []) as Array<Record<string, unknown>>
  if (branches.length > 0 && branches.every(branch => 'const' in branch)) {
    const valids = branches.map(branch => branch.const)
    const text = valids.every(valid => typeof valid === 'string')
    const only = onlyEntries(valids, error, text ? { type: 'string' } : {})
    return text && typeof error.data !== 'string' ? [...only, ['string.base', 'must be a string']] : only
  }
  return [['alternatives.types', 'does not match any of the allowed types']]
}

const formats: Readonly<Record<string, Entry>> = {
  email: ['string.email', 'must be a valid email'],
  uri: ['string.uri', 'must be a valid uri'],
  uuid: ['string.guid', 'must be a valid GUID'],
  hostname: ['string.hostname', 'must be a valid hostname'],
  'date-time': ['string.isoDate', 'must be in iso format'],
  date: ['date.format', 'must be in ISO 8601 date format'],
  duration: ['string.isoDuration', 'must be a valid ISO 8601 duration'],
  ipv4: ['string.ipVersion', 'must be a valid ip address of one of the following versions [ipv4] with a optional CIDR'],
  ipv6: ['string.ipVersion', 'must be a valid ip address of one of the following versions [ipv6] with a optional CIDR']
}

function formatEntry (format: string, message: string | undefined): Entry {
  return formats[format] ?? ['string.format', message ?? `must match format "${format}"`]
}
