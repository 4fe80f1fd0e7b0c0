export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

/**
 * A JSON Schema in the form that the generators read: references resolved, `allOf` joined, `nullable` and `const` said
 * by `types` and `values`. A schema that refers to itself is the same object again, so walks must bound their depth.
 */
export interface Schema {
  /** Any of them; all when empty. */
  readonly types: readonly JsonType[]
  /** The only values allowed (`enum`, `const`). */
  readonly values?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  /** In code points. */
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  /** False where unknown members are refused. */
  readonly open?: boolean
  /** `anyOf` and `oneOf`. */
  readonly alternatives?: readonly Schema[]
  /** `default`, `example` and `examples`. */
  readonly examples?: readonly unknown[]
}

/** What says nothing. */
export const anything: Schema = Object.freeze({ types: [] })
