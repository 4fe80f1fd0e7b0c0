import type { Random } from '../random.ts'
import type { Schema } from '../openapi/schema.ts'
import { compiled, textMatching } from './pattern.ts'
import { oddTextsOf } from './format.ts'
import { fitting, unfit, type Sample } from './sample.ts'
import { validValue } from './valid.ts'

/** The longest text that is made, characters. */
export const longest = 20_000

/**
 * Values at the bounds of a schema and one step beyond, each of its types; always the same ones but for what a pattern
 * leaves open.
 * @param base a text that is known to be taken: patterned ones are made from it
 */
export function boundaryValues (schema: Schema, random: Random, base?: unknown): Sample[] {
  const samples: Sample[] = (schema.values ?? []).map(value => fitting('each value', value))
  const types = schema.types.length > 0 ? schema.types : (['string'] as const)
  if (schema.values === undefined) {
    if (types.includes('integer') || types.includes('number')) samples.push(...numbersOf(schema, types.includes('number')))
    if (types.includes('string')) samples.push(...textsOf(schema, random, base))
    if (types.includes('boolean')) samples.push(fitting('true', true), fitting('false', false))
    if (types.includes('array')) samples.push(...arraysOf(schema, random))
  }
  if (types.includes('null')) samples.push(fitting('null', null))
  return samples
}

function numbersOf (schema: Schema, fractions: boolean): Sample[] {
  const values: Array<readonly [label: string, value: number]> = []
  const edge = (at: number | undefined, inward: 1 | -1, side: string): void => {
    if (at === undefined) return
    values.push([`at ${side}`, at], [`inside ${side}`, at + inward], [`beyond ${side}`, at - inward])
    if (fractions) values.push([`just inside ${side}`, at + inward * 0.01], [`just beyond ${side}`, at - inward * 0.01])
  }
  edge(schema.exclusiveMinimum ?? schema.minimum, 1, 'minimum')
  edge(schema.exclusiveMaximum ?? schema.maximum, -1, 'maximum')
  values.push(['zero', 0], ['one', 1], ['minus one', -1], ['2^31', 2 ** 31], ['2^31-1', 2 ** 31 - 1], ['2^53-1', 2 ** 53 - 1], ['2^53', 2 ** 53], ['1e308', 1e308])
  const middle = Math.trunc(((schema.minimum ?? 0) + (schema.maximum ?? 100)) / 2)
  for (const part of [0.5, 0.1, 0.005]) values.push([`fraction ${part}`, middle + part])
  if (schema.multipleOf !== undefined) values.push(['no multiple', middle + schema.multipleOf / 2])
  return values.map(([label, value]) => ({ label, value, fits: (fractions || Number.isInteger(value)) && isWithin(schema, value) }))
}

function isWithin ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema, value: number): boolean {
  return value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity) && value > (exclusiveMinimum ?? -Infinity) && value < (exclusiveMaximum ?? Infinity) &&
    (multipleOf === undefined || Number.isInteger(value / multipleOf))
}

function textsOf (schema: Schema, random: Random, base: unknown): Sample[] {
  const texts: Array<readonly [label: string, text: string]> = []
  const length = (count: number, label: string): void => {
    const text = textOfLength(schema, count, random)
    if (text !== undefined) texts.push([label, text])
  }
  const { minLength, maxLength } = schema
  if (minLength !== undefined && minLength > 0) {
    length(minLength, 'at minLength')
    length(minLength - 1, 'below minLength')
  }
  texts.push(['empty', ''])
  if (maxLength !== undefined && maxLength < longest) {
    length(maxLength, 'at maxLength')
    length(maxLength - 1, 'inside maxLength')
    length(maxLength + 1, 'above maxLength')
    // A surrogate pair is one character to JSON Schema and two to JavaScript's length.
    if (schema.pattern === undefined || compiled(schema.pattern)?.test('🚗') === true) {
      const half = Math.floor(maxLength / 2)
      texts.push(['pairs at maxLength', '🚗'.repeat(maxLength)], ['pairs at half of maxLength', '🚗'.repeat(half)], ['pairs above half of maxLength', '🚗'.repeat(half + 1)])
    }
  }
  length(2000, 'very long')
  if (schema.pattern !== undefined) {
    for (let index = 0; index < 4; index++) texts.push(['of the pattern', String(validValue({ ...schema, types: ['string'] }, random))])
    texts.push(...nearPattern(schema, random, base))
  }
  const unicode = ['é', 'e\u0301', '中文', '🚗', '\u200b', '\u00a0', '\ufeff', ' leading', 'trailing ', ' ', '\t', '\n', '\0', '\u0085', '\u202e', 'İ', 'ß']
  texts.push(...unicode.map(text => [`text ${JSON.stringify(text)}`, text] as const))
  const odd = schema.format === undefined ? [] : oddTextsOf(schema.format)
  return [...texts.map(([label, value]) => ({ label, value, fits: isText(schema, value) })), ...odd.map(text => unfit(`odd ${schema.format}`, text))]
}

/** Whether a text is within the bounds of a schema; its format is not looked at. */
function isText ({ minLength, maxLength, pattern }: Schema, text: string): boolean {
  const { length } = [...text]
  return length >= (minLength ?? 0) && length <= (maxLength ?? Infinity) && (pattern === undefined || compiled(pattern)?.test(text) !== false)
}

/** A text of so many characters; of the pattern where one is found. */
function textOfLength (schema: Schema, count: number, random: Random): string | undefined {
  if (count < 0 || count > longest) return undefined
  const pattern = schema.pattern === undefined ? undefined : textMatching(schema.pattern, random, { min: count, max: count })
  return pattern ?? 'a'.repeat(count)
}

/** A good text with one character changed to each of ASCII, longer and shorter by one, in the other case. */
function nearPattern (schema: Schema, random: Random, base: unknown): ReadonlyArray<readonly [label: string, text: string]> {
  const good = typeof base === 'string' && base !== '' ? base : validValue({ ...schema, types: ['string'] }, random)
  if (typeof good !== 'string' || good === '') return []
  const characters = [...good]
  const made = new Map<string, string>()
  const at = Math.min(characters.length - 1, Math.floor(characters.length / 2) + 1)
  for (let code = 0; code < 128; code++) {
    made.set(characters.with(at, String.fromCharCode(code)).join(''), `character U+${code.toString(16).padStart(4, '0')}`)
  }
  made.set(good.toUpperCase(), 'upper case')
  made.set(good.toLowerCase(), 'lower case')
  made.set(` ${good}`, 'space before')
  made.set(`${good} `, 'space after')
  made.set(`${good}\n`, 'line end after')
  made.set(characters.slice(1).join(''), 'first character missing')
  made.set(good + characters.at(-1)!, 'last character twice')
  made.delete(good)
  return [...made].map(([text, label]) => [label, text])
}

function arraysOf (schema: Schema, random: Random): Sample[] {
  const item = (): unknown => validValue(schema.items ?? { types: ['string'] }, random)
  const of = (count: number): unknown[] => Array.from({ length: Math.min(count, 200) }, item)
  const samples: Sample[] = [{ label: 'empty list', value: [], fits: (schema.minItems ?? 0) === 0 }, fitting('one item', of(1))]
  if (schema.minItems !== undefined && schema.minItems > 0) samples.push(fitting('at minItems', of(schema.minItems)), unfit('below minItems', of(schema.minItems - 1)))
  if (schema.maxItems !== undefined) samples.push(fitting('at maxItems', of(schema.maxItems)), unfit('above maxItems', of(schema.maxItems + 1)))
  const same = item()
  samples.push({ label: 'items twice', value: [same, same], fits: schema.uniqueItems !== true })
  samples.push({ label: 'null item', value: [null], fits: false })
  return samples
}
