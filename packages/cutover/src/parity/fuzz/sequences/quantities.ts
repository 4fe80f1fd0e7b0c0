import type { Schema } from '../openapi/schema.ts'
import type { Random } from '../random.ts'
import { allows } from '../values/valid.ts'
import type { Thing } from './cast.ts'

/**
 * A number for a member of a body: at, beyond and inside of what answers show to be a bound (what the same operation has
 * moved), what was sent before, the schema's own bounds, and other numbers seen. Mostly within the schema.
 * @param sent numbers that this session has sent under the same name, the latest last
 */
export function quantityFor (schema: Schema, endpoint: string, subject: Thing | undefined, sent: readonly number[], random: Random): number {
  const seen = numbersOf(subject)
  const moved = [...subject?.moved.get(endpoint) ?? []].flatMap(name => typeof subject!.seen?.[name] === 'number' ? [subject!.seen[name]] : [])
  const last = sent.at(-1)
  const groups = [
    moved.flatMap(value => [value, value, value + 1]),
    last === undefined ? [] : [last, last, last + 1, last + 1, last - 1, sent.reduce((sum, each) => sum + each, 0), sent.reduce((sum, each) => sum + each, 1)],
    [schema.minimum ?? 1, (schema.minimum ?? 1) + 1],
    seen.flatMap(value => [value, value + 1, value - 1])
  ].map(group => group.filter(value => Number.isInteger(value) && isWithin(schema, value))).filter(group => group.length > 0)
  return groups.length === 0 ? schema.minimum ?? 1 : random.pick(random.pick(groups))
}

/** Values of what is shown of a thing that a schema allows: now and before. */
export function valuesFor (schema: Schema, subject: Thing | undefined): readonly string[] {
  const values = [...Object.values(subject?.seen ?? {}), ...Object.values(subject?.before ?? {})].filter(value => typeof value === 'string' || typeof value === 'number')
  const fits = (text: string) => schema.pattern === undefined ? true : safely(schema.pattern)?.test(text) ?? true
  return [...new Set(values.filter(value => allows(schema, value) || (typeof value === 'number' && allows(schema, String(value)))).map(String))].filter(fits)
}

function numbersOf (subject: Thing | undefined): readonly number[] {
  return Object.entries(subject?.seen ?? {}).flatMap(([name, value]) => typeof value === 'number' && !/id$/i.test(name) ? [value] : [])
}

function isWithin ({ minimum = -Infinity, maximum = Infinity }: Schema, value: number): boolean {
  return value >= minimum && value <= maximum
}

function safely (pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return undefined
  }
}
