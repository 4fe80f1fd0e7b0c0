import type { TSchema, TSchemaOptions } from 'typebox'
import { Type } from 'typebox'

/** Where a schema carries its functions: a symbol, so that the OpenAPI document does not see them. */
export const validatorsOf = Symbol('fastapi-compat validators')

/**
 * A validator of a field: gives back the value, changed or not, or throws a {@link ValueError}.
 * @param values the members of the model that were valid so far, in their order
 */
export type FieldValidator = (value: never, values: Readonly<Record<string, unknown>>) => unknown

/** As {@link FieldValidator}, for a whole model: gets its valid members and gives them back. */
export type RootValidator = (values: never) => unknown

/** The functions of a schema, in the order they run: pydantic's `@validator` and `@root_validator`. */
export interface Validators {
  /** Run before the value is coerced, on what JSON gave. */
  readonly before?: readonly FieldValidator[]
  /** Run after, when there was no fault. */
  readonly after?: readonly FieldValidator[]
  /** `always=True`: a default is validated too. */
  readonly always?: boolean
  /** `@root_validator(pre=True)`: on the members as they came. */
  readonly rootBefore?: readonly RootValidator[]
  /** `@root_validator`: after all members, also when some had faults, unless {@link skipOnFailure}. */
  readonly root?: readonly RootValidator[]
  readonly skipOnFailure?: boolean
}

/** A schema with validators. Nothing changes for TypeScript or the OpenAPI document. */
export function validated<Schema extends TSchema> (schema: Schema, validators: Validators): Schema {
  return Object.create(Object.getPrototypeOf(schema), {
    ...Object.getOwnPropertyDescriptors(schema),
    [validatorsOf]: { value: { ...(schema as { [validatorsOf]?: Validators })[validatorsOf], ...validators }, enumerable: true }
  }) as Schema
}

/** A Python `Enum` of texts: another value is `type_error.enum`. (A union of literals is a `Literal`: `value_error.const`.) */
export function Enumeration<const Values extends readonly string[]> (values: Values, options: TSchemaOptions = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options })
}

/** `Optional[…]`: null is a value. */
export function Nullable<Schema extends TSchema> (schema: Schema, options: TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options)
}

/** A `UUID`: the handler gets its text in lower case with hyphens. */
export const Uuid = (options: TSchemaOptions = {}) => Type.String({ format: 'uuid', ...options })

/** A `date`: the handler gets `2024-07-18`. */
export const Day = (options: TSchemaOptions = {}) => Type.String({ format: 'date', ...options })

/** A `datetime`: the handler gets its `isoformat()`, `2026-11-22T01:23:45.123456+00:00`, without an offset if it had none. */
export const Moment = (options: TSchemaOptions = {}) => Type.String({ format: 'date-time', ...options })
