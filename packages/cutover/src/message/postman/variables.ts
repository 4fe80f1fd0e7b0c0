import { array, object, string, type Json } from '../json.ts'

/** Values of `{{name}}`. */
export interface Variables {
  /** Fills in what is known; what is not stays as it is. */
  fill (text: string): string
  /** Variables that were asked for and are not known. */
  readonly unknown: ReadonlySet<string>
}

/** Values may name other variables, but not without end. */
const DEPTH = 10

/** Characters that variables may add to one text. */
const LENGTH_LIMIT = 1_000_000

/**
 * @param lists `variable` arrays of a collection and its folders, outermost first: inner ones win
 * @param given values of an environment, which win over all
 */
export function variables (lists: readonly unknown[], given: Readonly<Record<string, string>>): Variables {
  const values = new Map<string, string>()
  for (const each of lists.flatMap(array)) {
    const variable = object(each)
    const key = string(variable?.['key']) ?? string(variable?.['id'])
    if (variable !== undefined && key !== undefined && variable['disabled'] !== true) values.set(key, textOf(variable['value']))
  }
  for (const [key, value] of Object.entries(given)) values.set(key, value)
  const unknown = new Set<string>()
  const fill = (text: string, depth: number, budget: { left: number }): string => depth === 0 || !text.includes('{{')
    ? text
    : text.replace(/\{\{([^{}]{1,200})\}\}/g, (whole, name: string) => {
      const value = values.get(name.trim())
      if (value === undefined) unknown.add(name.trim())
      if (value === undefined || value.length > budget.left) return whole
      budget.left -= value.length
      return fill(value, depth - 1, budget)
    })
  return { fill: text => fill(text, DEPTH, { left: LENGTH_LIMIT }), unknown }
}

/** A value in a collection: numbers and flags count as text. */
export function textOf (value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** The enabled `{key, value}` pairs of a list. */
export function pairs (value: unknown): Array<{ readonly key: string, readonly value: string, readonly json: Json }> {
  return array(value).flatMap(each => {
    const json = object(each)
    const key = string(json?.['key'])
    return json === undefined || key === undefined || json['disabled'] === true ? [] : [{ key, value: textOf(json['value']), json }]
  })
}
