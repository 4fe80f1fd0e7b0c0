import type { Validators } from './declarations.ts'
import { validatorsOf } from './declarations.ts'

/** What is read of a TypeBox schema: plain JSON Schema, and the validators. */
export interface Schema {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly anyOf?: readonly Schema[]
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly [validatorsOf]?: Validators
}

/** A schema without its null, and whether it had one. */
export function splitNull (schema: Schema): { readonly schema: Schema, readonly nullable: boolean } {
  if (!schema.anyOf) return { schema, nullable: schema.type === 'null' }
  const others = schema.anyOf.filter(each => each.type !== 'null')
  const nullable = others.length < schema.anyOf.length
  const [only] = others
  if (others.length !== 1 || only === undefined) return { schema: { ...schema, anyOf: others }, nullable }
  const { anyOf, ...outer } = schema
  return { schema: { ...only, ...outer }, nullable }
}
