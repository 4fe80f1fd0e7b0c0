import { Type, type TSchema } from 'typebox'

// What the sections of the schema are made of. Two keywords are our own: `expected` completes an error line ("… is not a
// duration: …"), and `inCode` marks what only a TypeScript or JavaScript config can hold; schema.json leaves both out.

/** A schema with a default, which makes it one that may be left out. */
export const defaulted = <S extends TSchema, const D>(schema: S, value: D, description?: string) =>
  Type.With(schema, { default: value, ...(description === undefined ? {} : { description }) }) as S & { default: D }

/** A text that is not empty. */
export const text = (value: string, description: string) => defaulted(Type.String({ minLength: 1 }), value, description)

/** True or false. */
export const flag = (value: boolean, description: string) => defaulted(Type.Boolean(), value, description)

/** A duration: `50ms`, `2s`, `5m`, `1h`. */
export const duration = (value: string, description: string) => defaulted(Type.String({
  pattern: '^\\d{1,9}(\\.\\d+)?(ms|s|m|h)$',
  expected: 'a duration: 50ms, 2s, 5m or 1h'
}), value, description)

/** A size without a default. */
export const sizeText = Type.String({ pattern: '^\\d{1,9}(\\.\\d+)?(B|kB|MB|GB)$', expected: 'a size: 512B, 64kB or 10MB' })

/** A size: `512B`, `64kB`, `10MB`. */
export const size = (value: string, description: string) => defaulted(sizeText, value, description)

/** A port. */
export const port = (value: number, description: string) => defaulted(Type.Integer({ minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' }), value, description)

/** A whole number from 1. */
export const count = (value: number, description: string) => defaulted(Type.Integer({ minimum: 1 }), value, description)

/** A pattern of shares. */
export const sharePattern = '^(100(\\.0{1,2})?|\\d{1,2}(\\.\\d{1,2})?)%$'

/** A share: `0%` to `100%`. */
export const share = (value: string, description: string) => defaulted(Type.String({ pattern: sharePattern, expected: 'a share: 0% to 100%, at most two decimals' }), value, description)

/** A text that no message repeats. */
export const secret = (description: string) => Type.Optional(Type.String({ minLength: 16, writeOnly: true, description }))
