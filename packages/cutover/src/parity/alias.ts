import type { Pairing } from './compare/findings.ts'
import type { Place } from './compare/place.ts'
import type { Value } from './compare/value.ts'
import { collectionOf, scopeOfPlace, singular } from './alias-scope.ts'
import { classify, inventedIn, isInvented } from './value-class.ts'
import { WordIndex } from './word-index.ts'

/** Whose values a text has, and whose it is to have. */
export type Direction = 'to candidate' | 'to legacy'

/** Two values that stand for the same thing. */
export interface Alias {
  /** Empty for values that mean the same wherever they stand; the name of a thing for small numbers. */
  readonly scope: string
  readonly legacy: string
  readonly candidate: string
}

const wordsFrom = 8
const word = /[A-Za-z0-9_-]/

/**
 * Values that each side made up for the same thing, bound when first met at the same place of both answers
 * and kept for a session. The binding is one to one: a value that turns up with another partner is a conflict.
 */
export class Aliases {
  readonly #there = new Map<string, string>()
  readonly #back = new Map<string, string>()
  readonly #starts = { 'to candidate': new Map<string, string[]>(), 'to legacy': new Map<string, string[]>() }

  /** All bindings, in the order they were made; {@link bind} them again to go on elsewhere. */
  get all (): readonly Alias[] {
    return [...this.#there].map(([key, candidate]) => {
      const at = key.indexOf('\0')
      return { scope: key.slice(0, at), legacy: key.slice(at + 1), candidate }
    })
  }

  /**
   * Binds two values.
   * @returns `known` when they are bound to each other already; `conflict`, and nothing is bound, when one has another partner
   */
  bind ({ scope, legacy, candidate }: Alias): 'bound' | 'known' | 'conflict' {
    const there = this.#there.get(keyOf(scope, legacy))
    const back = this.#back.get(keyOf(scope, candidate))
    if (there !== undefined || back !== undefined) return there === candidate && back === legacy ? 'known' : 'conflict'
    this.#there.set(keyOf(scope, legacy), candidate)
    this.#back.set(keyOf(scope, candidate), legacy)
    if (scope === '') {
      remember(this.#starts['to candidate'], legacy)
      remember(this.#starts['to legacy'], candidate)
    }
    return 'bound'
  }

  /** The partner of a value, or undefined. */
  partner (scope: string, value: string, direction: Direction): string | undefined {
    return (direction === 'to candidate' ? this.#there : this.#back).get(keyOf(scope, value))
  }

  /** Puts partners for all values of a text that are bound everywhere, whole or between other words. */
  inText (text: string, direction: Direction): string {
    const whole = this.partner('', text, direction)
    if (whole !== undefined) return whole
    const starts = this.#starts[direction]
    if (starts.size === 0 || text.length < wordsFrom) return text
    let result = ''
    let from = 0
    for (let at = 0; at + wordsFrom <= text.length; at++) {
      if (at > 0 && word.test(text[at - 1]!)) continue
      const found = starts.get(text.slice(at, at + wordsFrom))?.find(value => text.startsWith(value, at) && !word.test(text[at + value.length] ?? ''))
      if (found === undefined) continue
      result += text.slice(from, at) + this.partner('', found, direction)!
      from = at + found.length
      at = from - 1
    }
    return result + text.slice(from)
  }

  /** Puts partners into a path: values bound everywhere, and numbers by the segment before them. */
  inPath (path: string, direction: Direction): string {
    const segments = path.split('/')
    return segments.map((segment, index) => {
      const plain = decoded(segment)
      const scoped = index > 0 && /^-?\d+$/.test(plain) ? this.partner(singular(segments[index - 1]!), plain, direction) : undefined
      const put = scoped ?? this.inText(plain, direction)
      return put === plain ? segment : encodeURIComponent(put)
    }).join('/')
  }

  /**
   * Judges differences between the answers to a request, for `compareResponses`; binds what is new.
   * @param bodies the decoded bodies of both answers: what legacy has in another place of its own, such as the id of
   * another record, the candidate did not make up
   */
  forTarget (target: string, bodies?: { readonly legacy: Buffer, readonly candidate: Buffer }): Pairing {
    const collection = collectionOf(target)
    const held = bodies && { legacy: new WordIndex(bodies.legacy), candidate: new WordIndex(bodies.candidate) }
    return {
      judge: (at, legacy, candidate, mayBind) => {
        if (held !== undefined && isInvented(legacy.text) && isInvented(candidate.text) && this.partner('', legacy.text, 'to candidate') !== candidate.text &&
          (held.legacy.has(candidate.text) || held.candidate.has(legacy.text))) return 'conflict'
        return this.#judge(at, legacy, candidate, mayBind, collection)
      }
    }
  }

  #judge (at: Place, legacy: Value, candidate: Value, mayBind: boolean, collection: string | undefined): ReturnType<Pairing['judge']> {
    if (legacy.type !== candidate.type || isCut(legacy) || isCut(candidate)) return 'unknown'
    const numeric = /^-?\d+$/
    const scope = numeric.test(legacy.text) && numeric.test(candidate.text) ? scopeOfPlace(at, collection) : ''
    if (scope === undefined) return 'unknown'
    const partner = this.partner(scope, legacy.text, 'to candidate')
    const other = this.partner(scope, candidate.text, 'to legacy')
    if (partner !== undefined || other !== undefined) return partner === candidate.text ? 'paired' : 'conflict'
    if (scope === '' && legacy.type === 'number') return 'unknown'
    if (scope !== '') return mayBind && this.bind({ scope, legacy: legacy.text, candidate: candidate.text }) === 'bound' ? 'paired' : 'unknown'
    return this.#judgeText(legacy, candidate, mayBind)
  }

  #judgeText (legacy: Value, candidate: Value, mayBind: boolean): ReturnType<Pairing['judge']> {
    const a = legacy.text
    const b = candidate.text
    if (isPathLike(a) && isPathLike(b)) return this.#judgePath(a, b, mayBind)
    if (this.inText(a, 'to candidate') === b) return 'paired'
    if (!mayBind) return 'unknown'
    const one = classify(legacy)
    const two = classify(candidate)
    if (one === undefined || two === undefined || one.class !== two.class || one.form !== two.form) return 'unknown'
    if (one.class !== 'template') return isInvented(a) && isInvented(b) ? asVerdict(this.bind({ scope: '', legacy: a, candidate: b })) : 'unknown'
    const ours = inventedIn(a)
    const theirs = inventedIn(b)
    if (ours.length === 0 || ours.length !== theirs.length) return 'unknown'
    for (let index = 0; index < ours.length; index++) {
      if (ours[index] !== theirs[index] && this.bind({ scope: '', legacy: ours[index]!, candidate: theirs[index]! }) === 'conflict') return 'conflict'
    }
    return this.inText(a, 'to candidate') === b ? 'paired' : 'unknown'
  }

  /** A Location, or a link in a body: segment by segment. */
  #judgePath (a: string, b: string, mayBind: boolean): ReturnType<Pairing['judge']> {
    if (this.inPath(a, 'to candidate') === b) return 'paired'
    const ours = a.split('/')
    const theirs = b.split('/')
    if (ours.length !== theirs.length) return 'unknown'
    const open: Alias[] = []
    for (let index = 0; index < ours.length; index++) {
      const one = decoded(ours[index]!)
      const other = decoded(theirs[index]!)
      if (one === other) continue
      const scope = /^\d+$/.test(one) && /^\d+$/.test(other) && index > 0 ? singular(ours[index - 1]!) : ''
      if (scope === '' && !(isInvented(one) && isInvented(other))) return 'unknown'
      open.push({ scope, legacy: one, candidate: other })
    }
    if (!mayBind) return open.some(({ scope, legacy, candidate }) => this.partner(scope, legacy, 'to candidate') !== undefined || this.partner(scope, candidate, 'to legacy') !== undefined) ? 'conflict' : 'unknown'
    return open.some(alias => this.bind(alias) === 'conflict') ? 'conflict' : 'paired'
  }
}

function asVerdict (bound: 'bound' | 'known' | 'conflict'): 'paired' | 'conflict' {
  return bound === 'conflict' ? 'conflict' : 'paired'
}

function keyOf (scope: string, value: string): string {
  return `${scope}\0${value}`
}

function remember (starts: Map<string, string[]>, value: string): void {
  if (value.length < wordsFrom) return
  const start = value.slice(0, wordsFrom)
  const known = starts.get(start)
  if (known === undefined) starts.set(start, [value])
  else known.push(value)
  // The longest first: one value may begin with another.
  known?.sort((a, b) => b.length - a.length)
}

function isCut (value: Value): boolean {
  return value.length > value.text.length * 4 + 2
}

function isPathLike (text: string): boolean {
  return /^(?:https?:\/)?\/[^\s]*$/.test(text)
}

function decoded (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
