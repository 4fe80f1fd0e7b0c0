import { stateOf, type Place } from './place.ts'
import type { PlaceState } from './place-set.ts'
import { dead } from './place-set.ts'
import type { Plan } from './plan.ts'
import { array, number, object, string, stride, type Tape } from './tape.ts'
import { numberAt, stringAt } from './value.ts'

interface Open {
  token: number
  end: number
  sum: number
  state: PlaceState
  index: number
  key: number
}

/**
 * Hashes of values, by which elements of arrays are aligned: equal for values that compare as equal, under
 * the rules too (what a rule or noise excuses counts by its type alone). Hashes only choose which
 * elements to compare: a collision costs a longer report, never a difference.
 */
export class Hashes {
  readonly #tape: Tape
  readonly #plan: Plan
  #known: Int32Array | undefined

  constructor (tape: Tape, plan: Plan) {
    this.#tape = tape
    this.#plan = plan
  }

  /**
   * The hash of an element.
   * @param at the place of its array
   */
  ofElement (token: number, index: number, at: Place): number {
    const { places } = this.#plan
    return this.#of(token, places.empty ? dead : places.step(stateOf(at, places), index))
  }

  #of (root: number, rootState: PlaceState): number {
    const { tokens } = this.#tape
    const known = this.#known ??= new Int32Array(this.#tape.count)
    const stop = tokens[root + 3]!
    const open: Open[] = []
    let token = root
    let state = rootState
    for (;;) {
      const place = token / stride
      const kind = tokens[token]!
      let done = known[place]!
      if (done === 0 && (kind === object || kind === array) && !this.#isExcused(state)) {
        open.push({ token, end: tokens[token + 3]!, sum: kind, state, index: 0, key: -1 })
        token += stride
      } else {
        if (done === 0) done = known[place] = this.#scalar(token, kind, state)
        if (open.length === 0) return done
        add(open.at(-1)!, done, tokens, this.#plan)
        token = tokens[token + 3]!
      }
      while (open.length > 0 && token === open.at(-1)!.end) {
        const closed = open.pop()!
        const sum = known[closed.token / stride] = mix(closed.sum, tokens[closed.token]!) || 1
        if (open.length === 0) return sum
        add(open.at(-1)!, sum, tokens, this.#plan)
      }
      if (token >= stop) return known[root / stride]!
      const parent = open.at(-1)!
      if (tokens[parent.token] === object) {
        parent.key = this.#text(token)
        state = parent.state.open.length === 0 ? dead : this.#plan.places.step(parent.state, stringAt(this.#tape, token))
        token += stride
      } else {
        state = parent.state.open.length === 0 ? dead : this.#plan.places.step(parent.state, parent.index)
      }
    }
  }

  #scalar (token: number, kind: number, state: PlaceState): number {
    if (this.#isExcused(state)) return 7
    if (kind === string) return mix(this.#text(token), 3) || 1
    if (kind === number) return ofNumber(Number(numberAt(this.#tape, token))) || 1
    if (kind === object || kind === array) return kind
    return kind * 31
  }

  #isExcused (state: PlaceState): boolean {
    for (const index of state.meets) {
      const { effect } = this.#plan.provisions[index]!
      if (effect.type === 'ignore' || effect.type === 'tolerance' || (effect.type === 'noise' && effect.name !== 'order')) return true
    }
    return false
  }

  #text (token: number): number {
    const { bytes, tokens } = this.#tape
    const end = tokens[token + 2]! - 1
    let hash = 0x811c9dc5
    for (let i = tokens[token + 1]! + 1; i < end; i++) {
      const c = bytes[i]!
      if (c === 0x5c) return ofBytes(Buffer.from(stringAt(this.#tape, token)))
      hash = Math.imul(hash ^ c, 0x01000193)
    }
    return hash
  }
}

function add (parent: Open, value: number, tokens: Int32Array, plan: Plan): void {
  if (tokens[parent.token] === object) {
    parent.sum = (parent.sum + mix(parent.key, value)) | 0
  } else if (parent.state.meets.some(index => isUnordered(plan, index))) {
    parent.sum = (parent.sum + mix(value, 5)) | 0
  } else {
    parent.sum = mix(parent.sum, value)
  }
  parent.index++
}

function isUnordered (plan: Plan, index: number): boolean {
  const { effect } = plan.provisions[index]!
  return effect.type === 'unordered' || effect.type === 'keyed' || (effect.type === 'noise' && effect.name === 'order')
}

function ofBytes (bytes: Buffer): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash
}

const double = new Float64Array(1)
const words = new Int32Array(double.buffer)

function ofNumber (value: number): number {
  double[0] = value + 0
  return mix(words[0]!, words[1]!)
}

function mix (a: number, b: number): number {
  let hash = Math.imul(a ^ (b + 0x9e3779b9 + (a << 6) + (a >>> 2)), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
