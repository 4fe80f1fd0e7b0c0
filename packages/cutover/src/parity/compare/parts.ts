import type { Findings } from './findings.ts'
import { place, type Place } from './place.ts'
import { plain } from './value.ts'

/** Compares two lists of texts by index; what has no partner is missing or extra. */
export function compareLists<Item> (legacy: readonly Item[], candidate: readonly Item[], at: Place, findings: Findings, text: (item: Item) => string, compare: (a: Item, b: Item, at: Place) => void): void {
  const both = Math.min(legacy.length, candidate.length)
  for (let index = 0; index < both; index++) compare(legacy[index]!, candidate[index]!, place(at, index))
  for (let index = both; index < legacy.length; index++) findings.add('missing', place(at, index), plain(text(legacy[index]!)), undefined)
  for (let index = both; index < candidate.length; index++) findings.add('extra', place(at, index), undefined, plain(text(candidate[index]!)))
}

/** Compares two maps from names to lists of texts: a name given once stands for its value, given more often for a list. */
export function compareNamed (legacy: ReadonlyMap<string, readonly string[]>, candidate: ReadonlyMap<string, readonly string[]>, at: Place, findings: Findings): void {
  for (const [name, values] of legacy) {
    const others = candidate.get(name)
    const here = place(at, name)
    if (others === undefined) findings.add('missing', here, plain(values.join(', ')), undefined)
    else if (values.length === 1 && others.length === 1) compareText(values[0]!, others[0]!, here, findings)
    else compareLists(values, others, here, findings, value => value, (a, b, place) => compareText(a, b, place, findings))
  }
  for (const [name, values] of candidate) {
    if (!legacy.has(name)) findings.add('extra', place(at, name), undefined, plain(values.join(', ')))
  }
}

export function compareText (a: string, b: string, at: Place, findings: Findings): void {
  if (a !== b) findings.add('value', at, plain(a), plain(b))
}

/** Gathers pairs by name. */
export function byName (pairs: Iterable<readonly [string, string]>): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const known = named.get(name)
    if (known === undefined) named.set(name, [value])
    else known.push(value)
  }
  return named
}
