import { minimizeList, type Shows } from './list.ts'
import { minimizeNumber, minimizeText } from './text.ts'

/** Where a value stands in a document: keys and indexes of the original. */
type Path = ReadonlyArray<string | number>

/**
 * The smallest JSON value of the same type that still shows: members and elements are taken away level by level
 * (hierarchical delta debugging, Misherghi & Su 2006), then the values that are left made as plain as they can be.
 */
export async function minimizeJson (value: unknown, shows: Shows<unknown>): Promise<unknown> {
  let kept = value
  for (let depth = 1; ; depth++) {
    const all = pathsAt(kept, depth)
    if (all.length === 0) break
    const document = kept
    const left = await minimizeList(all, some => some.length === all.length ? Promise.resolve(true) : shows(without(document, all, some)))
    kept = without(document, all, left)
  }
  return await minimizeLeaves(kept, shows)
}

async function minimizeLeaves (document: unknown, shows: Shows<unknown>): Promise<unknown> {
  const leaves = leavesOf(document).filter(([, value]) => value !== plainest(value))
  const plainBut = (some: ReadonlyArray<readonly [Path, unknown]>): unknown => {
    const stay = new Set(some)
    return leaves.filter(leaf => !stay.has(leaf)).reduce((made: unknown, [path, value]) => put(made, path, plainest(value)), document)
  }
  const left = await minimizeList(leaves, some => shows(plainBut(some)))
  let kept = plainBut(left)
  for (const [path, value] of left) {
    const document = kept
    const showsLeaf = (smaller: unknown): Promise<boolean> => shows(put(document, path, smaller))
    if (typeof value === 'string') kept = put(document, path, await minimizeText(value, showsLeaf))
    else if (typeof value === 'number') kept = put(document, path, await minimizeNumber(value, showsLeaf))
  }
  return kept
}

function plainest (value: unknown): unknown {
  switch (typeof value) {
    case 'string': return ''
    case 'number': return 0
    case 'boolean': return false
    default: return value
  }
}

/** Every member and element of this depth. */
function pathsAt (value: unknown, depth: number, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap(key => {
    const path = [...at, Array.isArray(value) ? Number(key) : key]
    return depth === 1 ? [path] : pathsAt((value as Record<string, unknown>)[key], depth - 1, path)
  })
}

function leavesOf (value: unknown, at: Path = []): Array<readonly [Path, unknown]> {
  if (typeof value !== 'object' || value === null) return [[at, value]]
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...at, Array.isArray(value) ? Number(key) : key]))
}

/** The document with only those of its places that are kept; all are of one depth. */
function without (document: unknown, all: readonly Path[], kept: readonly Path[]): unknown {
  const gone = new Set(all)
  for (const path of kept) gone.delete(path)
  // From the last, so that the indexes of the others stay.
  return [...gone].reverse().reduce((made: unknown, path) => put(made, path, undefined), document)
}

/** A copy with another value at a place; undefined takes the place away. */
function put (document: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(document)) {
    const copy: unknown[] = [...document]
    if (rest.length === 0 && value === undefined) copy.splice(Number(key), 1)
    else copy[Number(key)] = put(copy[Number(key)], rest, value)
    return copy
  }
  const members = Object.entries(document as object)
  return Object.fromEntries(rest.length === 0 && value === undefined
    ? members.filter(([name]) => name !== key)
    : members.map(([name, member]) => [name, name === key ? put(member, rest, value) : member]))
}
