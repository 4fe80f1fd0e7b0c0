import type { Difference, DifferenceKind } from './difference.ts'
import { isWithin } from './number.ts'
import { candidatePointerOf, patternOf, pointerOf, stateOf, type Place } from './place.ts'
import type { Plan, Provision } from './plan.ts'
import { shown, type Value } from './value.ts'

/** Differences that were left out, by what left them out. */
export interface Tally {
  readonly because: 'rule' | 'noise' | 'alias' | 'default'
  /** The rule's own reason, the class of the noise, or what is equal anyway. */
  readonly reason: string
  /** The pattern of the rule or noise; that of the first place for the others. */
  readonly pattern: string
  readonly kind: DifferenceKind
  readonly count: number
  /** The first place. */
  readonly example: string
}

/** Says of two different values whether each side made its own up for the same thing. */
export interface Pairing {
  /**
   * @param mayBind whether the two may be bound now, where neither is bound yet
   * @returns `paired` when they belong together, `conflict` when one belongs to another value, `unknown` otherwise
   */
  judge (at: Place, legacy: Value, candidate: Value, mayBind: boolean): 'paired' | 'conflict' | 'unknown'
}

const pointerBudget = 4 * 1024 * 1024

/** Gathers what a comparison finds: asks rules, noise and aliases about each difference, keeps it or counts it. */
export class Findings {
  readonly differences: Difference[] = []
  /** All differences, kept or not, by kind. */
  readonly counts = new Map<DifferenceKind, number>()
  readonly plan: Plan
  readonly #pairing: Pairing | undefined
  readonly #tallies = new Map<string, { -readonly [Key in keyof Tally]: Tally[Key] }>()
  #pointerChars = 0

  constructor (plan: Plan, pairing?: Pairing) {
    this.plan = plan
    this.#pairing = pairing
  }

  /** One place where the two sides differ. */
  add (kind: DifferenceKind, at: Place, legacy: Value | undefined, candidate: Value | undefined, note?: string): void {
    const meets = this.plan.places.empty ? [] : stateOf(at, this.plan.places).meets
    for (const index of meets) {
      const provision = this.plan.provisions[index]!
      if (provision.because === 'rule' && excuses(provision, kind, legacy, candidate)) return this.leaveOut('rule', provision, kind, at)
    }
    const noise = meets.map(index => this.plan.provisions[index]!).find(provision => provision.because === 'noise' && excuses(provision, kind, legacy, candidate))
    if (legacy !== undefined && candidate !== undefined && isValueKind(kind) && this.#pairing !== undefined) {
      const mayBind = noise === undefined ? !this.plan.learned : noise.effect.type === 'noise' && noise.effect.bindable
      const verdict = this.#pairing.judge(at, legacy, candidate, mayBind)
      if (verdict === 'paired') return this.leaveOut('alias', { reason: 'each side made its own value up' }, kind, at)
      if (verdict === 'conflict') return this.#keep(kind, at, legacy, candidate, 'one of the two values stands for something else')
    }
    if (noise !== undefined) return this.leaveOut('noise', noise, kind, at)
    this.#keep(kind, at, legacy, candidate, note)
  }

  /** Whether a further difference would only be counted, whatever it is: then {@link count} does. */
  get isFull (): boolean {
    return this.differences.length >= this.plan.limits.differences && this.plan.places.empty && this.#pairing === undefined
  }

  count (kind: DifferenceKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
  }

  /** Counts a difference that is none. */
  leaveOut (because: Tally['because'], provision: { readonly reason: string, readonly pattern?: string }, kind: DifferenceKind, at: Place): void {
    const key = `${because} ${kind} ${provision.pattern ?? ''} ${provision.reason}`
    const known = this.#tallies.get(key)
    if (known !== undefined) known.count++
    else this.#tallies.set(key, { because, reason: provision.reason, pattern: provision.pattern ?? patternOf(at), kind, count: 1, example: pointerOf(at) })
  }

  get tallies (): readonly Tally[] {
    return [...this.#tallies.values()]
  }

  #keep (kind: DifferenceKind, at: Place, legacy: Value | undefined, candidate: Value | undefined, note: string | undefined): void {
    this.count(kind)
    if (this.differences.length >= this.plan.limits.differences || this.#pointerChars > pointerBudget) return
    const pointer = pointerOf(at)
    const candidatePointer = candidatePointerOf(at)
    this.#pointerChars += pointer.length
    this.differences.push({
      kind,
      pointer,
      ...(candidatePointer !== undefined && { candidatePointer }),
      pattern: patternOf(at),
      ...(legacy !== undefined && { legacy: shown(legacy) }),
      ...(candidate !== undefined && { candidate: shown(candidate) }),
      ...(note !== undefined && { note })
    })
  }
}

function isValueKind (kind: DifferenceKind): boolean {
  return kind === 'value' || kind === 'header'
}

function excuses ({ effect }: Provision, kind: DifferenceKind, legacy: Value | undefined, candidate: Value | undefined): boolean {
  switch (effect.type) {
    case 'ignore': return effect.kinds === undefined || effect.kinds.includes(kind)
    case 'tolerance': return kind === 'value' && legacy?.type === 'number' && candidate?.type === 'number' &&
      isWithin(legacy.text, candidate.text, effect.absolute, effect.relative)
    case 'unordered':
    case 'keyed': return kind === 'order'
    case 'header': return false
    case 'noise': return effect.name === 'order'
      ? kind === 'order'
      : isValueKind(kind) && legacy !== undefined && candidate !== undefined && effect.covers(legacy, candidate)
  }
}
