import type { Place } from './compare/place.ts'

/**
 * A number such as 5 is made up by each side as well, but means nothing alone: it is the 5th vehicle or the 5th
 * user. Its scope is the name of the thing: `vehicle` for `vehicleId`, for `id` in an answer of `/api/vehicles`
 * and for the segment after `vehicles` in a path.
 */
export function scopeOfKey (key: string, collection: string | undefined): string | undefined {
  const match = /^(.*?)[_-]?(?:id|Id|ID)$/.exec(key)
  if (match === null) return undefined
  const name = match[1]!
  if (name === '') return collection
  // "paid" and "valid" end in "id" too.
  return /[_-](?:id|ID)$|I[dD]$/.test(key) ? singular(name) : undefined
}

/** The scope of a value of an answer. */
export function scopeOfPlace (at: Place, collection: string | undefined): string | undefined {
  if (typeof at.segment !== 'string') return undefined
  let above = at.parent
  while (above !== undefined && typeof above.segment === 'number') above = above.parent
  return scopeOfKey(at.segment, above === undefined || above.parent === undefined ? collection : holderOf(String(above.segment), collection))
}

/** What an object under a key is: the key's name, or what the path asked for under a mere wrapper such as `data`. */
export function holderOf (key: string, collection: string | undefined): string | undefined {
  return wrappers.has(key) ? collection : singular(key)
}

const wrappers = new Set(['data', 'items', 'results', 'records', 'rows', 'list', 'content', 'result', 'payload', 'value'])

/** What the path of a request is a list of: its last segment that is a word. */
export function collectionOf (path: string): string | undefined {
  const word = path.split('?', 1)[0]!.split('/').findLast(segment => /^[a-z][a-z_-]*$/i.test(segment))
  return word === undefined ? undefined : singular(word)
}

/** `vehicles` and `Vehicle` give `vehicle`, `user_groups` gives `usergroup`. */
export function singular (word: string): string {
  const plain = word.toLowerCase().replaceAll(/[_-]/g, '')
  if (plain.endsWith('ies') && plain.length > 4) return `${plain.slice(0, -3)}y`
  if (/(?:ss|x|ch|sh)es$/.test(plain)) return plain.slice(0, -2)
  return plain.endsWith('s') && !plain.endsWith('ss') ? plain.slice(0, -1) : plain
}
