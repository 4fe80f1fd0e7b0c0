import type { Random } from '../random.ts'
import type { JsonType, Schema } from '../openapi/schema.ts'
import { textOfFormat } from './format.ts'
import { textMatching } from './pattern.ts'

/** Values known for a name, from scenarios, descriptions and answers. */
export type Known = (name: string) => readonly unknown[]

const none: Known = () => []
const depthLimit = 6
const longestOfPattern = 512

/**
 * A value that a schema allows, as far as it tells.
 * @param name of the property or parameter, for values known by it
 */
export function validValue (schema: Schema, random: Random, { name = '', known = none, depth = 0 }: { name?: string, known?: Known, depth?: number } = {}): unknown {
  if (schema.values !== undefined && schema.values.length > 0) return random.pick(schema.values)
  const remembered = [...schema.examples ?? [], ...name === '' ? [] : known(name).filter(value => allows(schema, value))]
  if (remembered.length > 0 && random.chance(0.6)) return random.pick(remembered)
  if (schema.alternatives !== undefined && schema.alternatives.length > 0) {
    const chosen = validValue(random.pick(schema.alternatives), random, { name, known, depth })
    const own = schema.properties === undefined ? undefined : objectOf(schema, random, known, depth)
    return own !== undefined && typeof chosen === 'object' && chosen !== null ? { ...own, ...chosen } : chosen
  }
  const types = schema.types.filter((type): type is Exclude<JsonType, 'null'> => type !== 'null')
  if (schema.types.includes('null') && (types.length === 0 || random.chance(0.1))) return null
  const type = types.length > 0 ? random.pick(types) : 'string'
  switch (type) {
    case 'boolean': return random.chance(0.5)
    case 'integer': return integerOf(schema, random)
    case 'number': return random.chance(0.5) ? integerOf(schema, random) : numberOf(schema, random)
    case 'string': return textOf(schema, random)
    case 'array': return arrayOf(schema, random, known, depth)
    case 'object': return objectOf(schema, random, known, depth)
  }
}

/** Whether a value is of a schema's types, without looking further. */
export function allows (schema: Schema, value: unknown): boolean {
  if (schema.values !== undefined) return schema.values.includes(value)
  if (schema.types.length === 0) return true
  if (value === null) return schema.types.includes('null')
  if (Array.isArray(value)) return schema.types.includes('array')
  if (typeof value === 'number') return schema.types.includes('number') || (schema.types.includes('integer') && Number.isInteger(value))
  return schema.types.includes(typeof value as JsonType)
}

/** The least and greatest whole number that a schema allows; at most 1000 apart from its one bound where it has only one. */
export function integerBounds (schema: Schema): { readonly min: number, readonly max: number } {
  const least = Math.max(schema.minimum ?? -Infinity, schema.exclusiveMinimum === undefined ? -Infinity : Math.floor(schema.exclusiveMinimum) + 1)
  const greatest = Math.min(schema.maximum ?? Infinity, schema.exclusiveMaximum === undefined ? Infinity : Math.ceil(schema.exclusiveMaximum) - 1)
  const min = Number.isFinite(least) ? Math.ceil(least) : Number.isFinite(greatest) ? Math.floor(greatest) - 1000 : 0
  const max = Number.isFinite(greatest) ? Math.floor(greatest) : min + 1000
  return { min, max }
}

function integerOf (schema: Schema, random: Random): number {
  const { min, max } = integerBounds(schema)
  const step = schema.multipleOf ?? 1
  if (step > 0 && step !== 1) return Math.ceil(random.integer(min, max) / step) * step
  // Amounts are small more often than bounds allow, and only small ones are ever used up.
  return random.chance(0.35) ? Math.min(max, random.integer(min, min + 9)) : random.integer(min, max)
}

function numberOf (schema: Schema, random: Random): number {
  const { min, max } = integerBounds(schema)
  if (schema.multipleOf !== undefined) return integerOf(schema, random)
  return Math.min(max, min + Math.round(random.fraction() * (max - min) * 100) / 100)
}

function textOf (schema: Schema, random: Random): string {
  const min = schema.minLength ?? 0
  const max = Math.max(min, schema.maxLength ?? min + 24)
  if (schema.pattern !== undefined) {
    const text = textMatching(schema.pattern, random, { min, max: schema.maxLength ?? Math.max(min, longestOfPattern) })
    if (text !== undefined) return text
  }
  const formatted = schema.format === undefined ? undefined : textOfFormat(schema.format, random)
  if (formatted !== undefined) return formatted
  const length = random.integer(min, Math.min(max, min + 24))
  const letters = [...random.chance(0.8) ? 'abcdefghijklmnopqrstuvwxyz ABCXYZ019-' : 'aé中🚗\u0301\'"<>&%;/\\']
  return Array.from({ length: Math.max(length, Math.min(1, max)) }, () => random.pick(letters)).join('')
}

function arrayOf (schema: Schema, random: Random, known: Known, depth: number): unknown[] {
  const min = schema.minItems ?? 0
  if (depth > depthLimit) return []
  const length = random.integer(min, Math.max(min, Math.min(schema.maxItems ?? min + 3, min + 3)))
  const items = Array.from({ length }, () => validValue(schema.items ?? { types: ['string'] }, random, { known, depth: depth + 1 }))
  return schema.uniqueItems === true ? [...new Map(items.map(item => [JSON.stringify(item), item])).values()] : items
}

function objectOf (schema: Schema, random: Random, known: Known, depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  const names = Object.keys(schema.properties ?? {})
  const required = new Set(schema.required)
  const least = schema.minProperties ?? 0
  const chosen = new Set(names.filter(name => required.has(name) || (depth < depthLimit && random.chance(0.6))))
  for (const name of random.shuffled(names)) if (chosen.size < least) chosen.add(name)
  for (const name of names.filter(each => chosen.has(each))) {
    // Not by assignment: a property may be called __proto__.
    Object.defineProperty(object, name, { value: validValue(schema.properties![name]!, random, { name, known, depth: depth + 1 }), enumerable: true, writable: true, configurable: true })
  }
  return object
}
