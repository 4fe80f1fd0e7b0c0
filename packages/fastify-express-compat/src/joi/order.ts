import { pathOf, type AjvError } from './messages.ts'

type Schema = Readonly<Record<string, unknown>>

/** Where an error stands among the others: one number for each step of its path, then its rank at its own place. */
type Rank = readonly number[]

const unknownKey = 1e6
const afterChildren = 1e9

const wholeObject = new Set(['minProperties', 'maxProperties'])
const wholeArray = new Set(['minItems', 'maxItems', 'uniqueItems'])

/**
 * The errors in the order in which Joi finds them: keys in the order of the schema, unknown keys after them,
 * what holds for a whole list after its items. Joi does not look at the whole of an object whose keys have faults,
 * nor at the value of a field whose type is wrong.
 */
export function inJoiOrder (errors: readonly AjvError[], schema: unknown): AjvError[] {
  const relevant = errors.filter(error => !isInsideUnion(error) && !isPassedOver(error, errors))
  return relevant
    .map((error, index) => ({ error, index, rank: rankOf(error, schema as Schema) }))
    .sort((a, b) => compare(a.rank, b.rank) || a.index - b.index)
    .map(({ error }) => error)
}

function isInsideUnion (error: AjvError): boolean {
  return /\/(anyOf|oneOf)\/\d+/.test(error.schemaPath ?? '') || error.keyword === 'if'
}

function isPassedOver (error: AjvError, errors: readonly AjvError[]): boolean {
  const sameValue = (other: AjvError) => other !== error && other.instancePath === error.instancePath && !isInsideUnion(other)
  if (wholeObject.has(error.keyword)) {
    return errors.some(other => other !== error && !wholeObject.has(other.keyword) && (other.instancePath === error.instancePath || other.instancePath.startsWith(`${error.instancePath}/`)))
  }
  if (['type', 'enum', 'const', 'required', 'additionalProperties', 'anyOf', 'oneOf'].includes(error.keyword)) return false
  return errors.some(other => sameValue(other) && other.keyword === 'type')
}

function rankOf (error: AjvError, root: Schema): Rank {
  const rank: number[] = []
  let schema: Schema | undefined = root
  const path = pathOf(error)
  for (const [at, step] of path.entries()) {
    if (typeof step === 'number') {
      const whole = error.keyword === 'uniqueItems' && at === path.length - 1
      rank.push(whole ? afterChildren : step)
      if (whole) return [...rank, keywordRank(error)]
      schema = itemSchema(schema, step)
    } else {
      const keys = Object.keys((schema?.properties ?? {}) as object)
      const position = keys.indexOf(step)
      rank.push(position === -1 ? unknownKey + unknownPosition(error, step) : position)
      schema = (schema?.properties as Record<string, Schema> | undefined)?.[step]
    }
  }
  if (wholeObject.has(error.keyword) || wholeArray.has(error.keyword)) rank.push(afterChildren)
  return [...rank, keywordRank(error)]
}

function itemSchema (schema: Schema | undefined, index: number): Schema | undefined {
  const items = schema?.items as Schema | Schema[] | undefined
  return Array.isArray(items) ? items[index] : items
}

function unknownPosition (error: AjvError, key: string): number {
  return typeof error.data === 'object' && error.data !== null ? Object.keys(error.data).indexOf(key) : 0
}

/** At one value: allowed values, then the type, then the rules as the schema names them. */
function keywordRank (error: AjvError): number {
  if (error.keyword === 'enum' || error.keyword === 'const' || error.keyword === 'anyOf') return -3
  if (error.keyword === 'type') return -2
  return Object.keys(error.parentSchema ?? {}).indexOf(error.keyword)
}

function compare (a: Rank, b: Rank): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}
