import { unescapeKey } from './pointer.ts'

/** Which patterns a place meets, and how far it has come in the others. */
export interface PlaceState {
  /** Numbers of the patterns that end exactly here, ascending. */
  readonly meets: readonly number[]
  /** Positions in patterns: pairs of a pattern's number and the segment that comes next. */
  readonly open: ReadonlyArray<readonly [pattern: number, next: number]>
  readonly next: Map<string, PlaceState>
}

/** Meets nothing, and nothing below it does. */
export const dead: PlaceState = Object.freeze({ meets: [], open: [], next: new Map() })

const any = Symbol('any')
const below = Symbol('below')
type Step = string | typeof any | typeof below

const statesKept = 10_000

/**
 * A set of patterns of places, walked one segment at a time: `*` is one segment, `**` any number of them,
 * also none. States are made when first met and kept, so that a step is one look-up however many
 * patterns there are.
 */
export class PlaceSet {
  readonly empty: boolean
  readonly start: PlaceState
  readonly #patterns: ReadonlyArray<readonly Step[]>
  readonly #words: ReadonlySet<string>
  readonly #states = new Map<string, PlaceState>()

  /** @param patterns JSON pointers with wildcards: `/body/items/*\/id`, `/headers/x-request-id`, `/body/**\/etag` */
  constructor (patterns: readonly string[]) {
    this.#patterns = patterns.map(stepsOf)
    this.#words = new Set(this.#patterns.flat().filter(step => typeof step === 'string'))
    this.empty = patterns.length === 0
    this.start = this.empty ? dead : this.#state(patterns.map((_, pattern) => [pattern, 0] as const))
  }

  /** The state one segment further down. */
  step (from: PlaceState, segment: string | number): PlaceState {
    if (from.open.length === 0) return dead
    const text = String(segment)
    const word = this.#words.has(text) ? `=${text}` : ''
    const known = from.next.get(word)
    if (known !== undefined) return known
    const open: Array<readonly [number, number]> = []
    for (const [pattern, next] of from.open) {
      const step = this.#patterns[pattern]![next]
      if (step === below) open.push([pattern, next])
      else if (step === any || step === text) open.push([pattern, next + 1])
    }
    const state = this.#state(open)
    from.next.set(word, state)
    return state
  }

  /** `**` may stand for nothing: what follows it is open as well. */
  #state (positions: ReadonlyArray<readonly [number, number]>): PlaceState {
    const all = new Map<string, readonly [number, number]>()
    for (const [pattern, position] of positions) {
      for (let next = position; ; next++) {
        all.set(`${pattern}:${next}`, [pattern, next])
        if (this.#patterns[pattern]![next] !== below) break
      }
    }
    if (all.size === 0) return dead
    const key = [...all.keys()].sort().join(' ')
    const known = this.#states.get(key)
    if (known !== undefined) return known
    const pairs = [...all.values()]
    const ends = (pair: readonly [number, number]) => pair[1] === this.#patterns[pair[0]]!.length
    const state: PlaceState = {
      meets: pairs.filter(ends).map(([pattern]) => pattern).sort((a, b) => a - b),
      open: pairs.filter(pair => !ends(pair)),
      next: new Map()
    }
    if (this.#states.size < statesKept) this.#states.set(key, state)
    return state
  }
}

function stepsOf (pattern: string): readonly Step[] {
  if (pattern === '') return []
  return pattern.slice(1).split('/').map(segment => segment === '**' ? below : segment === '*' ? any : unescapeKey(segment))
}
