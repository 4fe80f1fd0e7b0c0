import { escapeKey } from './pointer.ts'
import { dead, type PlaceSet, type PlaceState } from './place-set.ts'

/** A place in an answer: a chain of segments up to the root. Made only where something must be said about it. */
export interface Place {
  readonly parent: Place | undefined
  /** A key, or an array index on legacy's side. */
  readonly segment: string | number
  /** The array index on the candidate's side, where it is another one. */
  readonly other: number | undefined
  readonly depth: number
  /** What the rules say of it, filled in on first use. */
  state: PlaceState | undefined
}

export function place (parent: Place | undefined, segment: string | number, other?: number): Place {
  return { parent, segment, other: other === segment ? undefined : other, depth: (parent?.depth ?? 0) + 1, state: undefined }
}

/** The pointer by legacy's indexes. */
export function pointerOf (at: Place): string {
  return join(at, one => String(typeof one.segment === 'number' ? one.segment : escapeKey(one.segment)))
}

/** The pointer by the candidate's indexes, when it is another one. */
export function candidatePointerOf (at: Place): string | undefined {
  for (let one: Place | undefined = at; one !== undefined; one = one.parent) {
    if (one.other !== undefined) return join(at, each => String(typeof each.segment === 'number' ? each.other ?? each.segment : escapeKey(each.segment)))
  }
  return undefined
}

/** The pointer with `*` for every array index, and `~2` for a `*` in a key. */
export function patternOf (at: Place): string {
  return join(at, one => typeof one.segment === 'number' ? '*' : escapeKey(one.segment).replaceAll('*', '~2'))
}

/** What the rules say of a place. */
export function stateOf (at: Place, set: PlaceSet): PlaceState {
  if (set.empty) return dead
  const pending: Place[] = []
  let one: Place | undefined = at
  while (one !== undefined && one.state === undefined) {
    pending.push(one)
    one = one.parent
  }
  let state = one === undefined ? set.start : one.state!
  for (let index = pending.length - 1; index >= 0; index--) {
    state = set.step(state, pending[index]!.segment)
    pending[index]!.state = state
  }
  return state
}

function join (at: Place, text: (one: Place) => string): string {
  const parts: string[] = []
  for (let one: Place | undefined = at; one !== undefined; one = one.parent) parts.push(text(one))
  parts.push('')
  return parts.reverse().join('/')
}
