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
  const samples: Sample[] = []
  const edge = (bound: number | undefined, exclusive: number | undefined, inward: 1 | -1, side: string): void => {
    const at = exclusive ?? bound
    if (at === undefined) return
    samples.push(
      { label: `at ${side}`, value: at, fits: exclusive === undefined },
      fitting(`inside ${side}`, at + inward),
      unfit(`beyond ${side}`, at - inward)
    )
    if (fractions) samples.push(fitting(`just inside ${side}`, at + inward * 0.01), unfit(`just beyond ${side}`, at - inward * 0.01))
  }
  edge(schema.minimum, schema.exclusiveMinimum, 1, 'minimum')
  edge(schema.maximum, schema.exclusiveMaximum, -1, 'maximum')
  const within = (value: number) => value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity)
  for (const [label, value] of [['zero', 0], ['one', 1], ['minus one', -1], ['2^31', 2 ** 31], ['2^31-1', 2 ** 31 - 1], ['2^53-1', 2 ** 53 - 1], ['2^53', 2 ** 53], ['1e308', 1e308]] as const) {
    samples.push({ label, value, fits: within(value) })
  }
  const middle = Math.trunc(((schema.minimum ?? 0) + (schema.maximum ?? 100)) / 2)
  for (const part of [0.5, 0.1, 0.005]) samples.push({ label: `fraction ${part}`, value: middle + part, fits: fractions })
  if (schema.multipleOf !== undefined) samples.push(unfit('no multiple', middle + schema.multipleOf / 2))
  return samples
}

function textsOf (schema: Schema, random: Random, base: unknown): Sample[] {
  const samples: Sample[] = []
  const length = (count: number, label: string, fits: boolean): void => {
    const text = textOfLength(schema, count, random)
    if (text !== undefined) samples.push({ label, value: text, fits })
  }
  const { minLength, maxLength } = schema
  if (minLength !== undefined && minLength > 0) {
    length(minLength, 'at minLength', true)
    length(minLength - 1, 'below minLength', false)
  }
  samples.push({ label: 'empty', value: '', fits: (minLength ?? 0) === 0 && (schema.pattern === undefined || compiled(schema.pattern)?.test('') === true) })
  if (maxLength !== undefined && maxLength < longest) {
    length(maxLength, 'at maxLength', true)
    length(maxLength - 1, 'inside maxLength', maxLength - 1 >= (minLength ?? 0))
    length(maxLength + 1, 'above maxLength', false)
    // A surrogate pair is one character to JSON Schema and two to JavaScript's length.
    if (schema.pattern === undefined || compiled(schema.pattern)?.test('🚗') === true) {
      samples.push(fitting('pairs at maxLength', '🚗'.repeat(maxLength)), fitting('pairs at half of maxLength', '🚗'.repeat(Math.floor(maxLength / 2))), unfit('pairs above half of maxLength', '🚗'.repeat(Math.floor(maxLength / 2) + 1)))
    }
  }
  samples.push({ label: 'very long', value: textOfLength(schema, 2000, random) ?? 'a'.repeat(2000), fits: maxLength === undefined || maxLength >= 2000 })
  if (schema.pattern !== undefined) {
    for (let index = 0; index < 4; index++) samples.push(fitting('of the pattern', validValue({ ...schema, types: ['string'] }, random)))
    samples.push(...nearPattern(schema, random, base))
  }
  const odd = schema.format === undefined ? [] : oddTextsOf(schema.format)
  samples.push(...odd.map(text => unfit(`odd ${schema.format}`, text)))
  const unicode = ['é', 'e\u0301', '中文', '🚗', '\u200b', '\u00a0', '\ufeff', ' leading', 'trailing ', ' ', '\t', '\n', '\0', '\u0085', '\u202e', 'İ', 'ß']
  samples.push(...unicode.map(text => ({ label: `text ${JSON.stringify(text)}`, value: text, fits: schema.pattern === undefined && schema.format === undefined && [...text].length >= (minLength ?? 0) })))
  return samples
}

/** A text of so many characters; of the pattern where one is found. */
function textOfLength (schema: Schema, count: number, random: Random): string | undefined {
  if (count < 0 || count > longest) return undefined
  const pattern = schema.pattern === undefined ? undefined : textMatching(schema.pattern, random, { min: count, max: count })
  return pattern ?? 'a'.repeat(count)
}

/** A good text with one character changed to each of ASCII, longer and shorter by one, in the other case. */
function nearPattern (schema: Schema, random: Random, base: unknown): Sample[] {
  const good = typeof base === 'string' && base !== '' ? base : validValue({ ...schema, types: ['string'] }, random)
  if (typeof good !== 'string' || good === '') return []
  const test = compiled(schema.pattern!)
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
  return [...made].map(([value, label]) => ({ label, value, fits: test?.test(value) === true && [...value].length <= (schema.maxLength ?? Infinity) && [...value].length >= (schema.minLength ?? 0) }))
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
