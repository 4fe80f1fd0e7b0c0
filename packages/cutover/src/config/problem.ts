import type { ErrorObject } from 'ajv'
import { closest, distance } from 'fastest-levenshtein'

interface Described {
  readonly description?: string
  readonly expected?: string
  readonly writeOnly?: boolean
  readonly properties?: Readonly<Record<string, Described>>
  readonly patternProperties?: Readonly<Record<string, Described>>
  readonly anyOf?: ReadonlyArray<{ readonly const?: unknown }>
}

/** Writes a place for a person: `['features', 'x', 'routes', '0']` is `features.x.routes[0]`. */
export function placeOf (path: readonly string[]): string {
  return path.map((key, index) => /^\d+$/.test(key)
    ? `[${key}]`
    : /^[$\w-]+$/.test(key) ? `${index === 0 ? '' : '.'}${key}` : `[${JSON.stringify(key)}]`).join('')
}

/** The known word that a mistyped one is close enough to, if any. */
export function suggestion (typed: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const best = closest(typed.toLowerCase(), known.map(word => word.toLowerCase()))
  const word = known.find(word => word.toLowerCase() === best)!
  return distance(typed.toLowerCase(), best) <= Math.max(2, Math.floor(typed.length / 3)) ? word : undefined
}

/**
 * Ajv's errors as lines for a person, one a mistake: the place, what is wrong, what would be right.
 * @param errors from a validator with `verbose`
 * @param rename the name under which a place is known to the user, when it did not come from the file
 */
export function problemLines (errors: readonly ErrorObject[], rename: (place: string) => string): readonly string[] {
  const unions = errors.filter(error => error.keyword === 'anyOf')
  const lines = errors
    .filter(error => !unions.some(union => union !== error && error.schemaPath.startsWith(`${union.schemaPath}/`)))
    .map(error => lineOf(error, rename))
  return [...new Set(lines)]
}

function lineOf (error: ErrorObject, rename: (place: string) => string): string {
  const path = error.instancePath.split('/').slice(1).map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const at = (...more: string[]): string => rename(placeOf([...path, ...more])) || 'the configuration'
  const schema = (error.parentSchema ?? {}) as Described
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'additionalProperties': return unknownKey(at(String(params.additionalProperty)), String(params.additionalProperty), schema)
    case 'required': {
      const key = String(params.missingProperty)
      return `${at(key)}: is missing${hint(schema.properties?.[key]?.description)}`
    }
    case 'type': return `${at()}: ${shown(error.data, schema)} is not ${schema.expected ?? typeName(String(params.type))}`
    case 'anyOf': return `${at()}: ${shown(error.data, schema)} is ${alternatives(error.data, schema)}`
    case 'minimum':
    case 'maximum': return `${at()}: ${shown(error.data, schema)} is ${schema.expected === undefined ? `${error.keyword === 'minimum' ? 'less' : 'more'} than ${String(params.limit)}` : `not ${schema.expected}`}`
    case 'minItems': return `${at()}: is empty`
    case 'minLength': return `${at()}: is ${error.data === '' ? 'empty' : `shorter than ${String(params.limit)} characters`}`
    default: return `${at()}: ${shown(error.data, schema)} is not ${schema.expected ?? `valid: ${error.message ?? error.keyword}`}`
  }
}

function unknownKey (place: string, key: string, schema: Described): string {
  if (schema.patternProperties !== undefined) return `${place}: is not a feature's name: use lower-case letters, digits and hyphens, beginning with a letter`
  const known = Object.keys(schema.properties ?? {})
  const meant = suggestion(key, known)
  return meant === undefined ? `${place}: unknown key; there are ${known.join(', ')}` : `${place}: unknown key, did you mean "${meant}"?`
}

function alternatives (value: unknown, schema: Described): string {
  const words = (schema.anyOf ?? []).map(branch => branch.const).filter(word => typeof word === 'string')
  if (schema.expected !== undefined || words.length === 0) return `not ${schema.expected ?? 'valid'}`
  const meant = typeof value === 'string' ? suggestion(value, words) : undefined
  return `none of ${words.map(word => `"${word}"`).join(', ')}${meant === undefined ? '' : `, did you mean "${meant}"?`}`
}

/** A secret is never repeated, not even a wrong one. */
function shown (value: unknown, schema: Described): string {
  if (schema.writeOnly === true) return 'the value'
  if (typeof value === 'function') return 'a function'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function typeName (type: string): string {
  return { object: 'an object', array: 'a list', integer: 'a whole number', number: 'a number', boolean: 'true or false', string: 'a text' }[type] ?? type
}

function hint (description: string | undefined): string {
  return description === undefined ? '' : `. ${description}`
}
