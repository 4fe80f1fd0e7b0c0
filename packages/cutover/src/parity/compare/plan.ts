import type { DifferenceKind } from './difference.ts'
import { dead, PlaceSet } from './place-set.ts'
import type { Value } from './value.ts'

/** What a rule or learned noise does with differences at its places. */
export type Effect =
  | { readonly type: 'ignore', readonly kinds: readonly DifferenceKind[] | undefined }
  | { readonly type: 'tolerance', readonly absolute: number, readonly relative: number }
  | { readonly type: 'unordered' }
  | { readonly type: 'keyed', readonly by: readonly string[] }
  | { readonly type: 'header', readonly as: 'presence' | 'exact' | 'list' | 'date' }
  | { readonly type: 'noise', readonly name: string, covers (legacy: Value, candidate: Value): boolean, readonly bindable: boolean }

/** An effect at the places of a pattern, and what a report says of it. */
export interface Provision {
  readonly pattern: string
  readonly because: 'rule' | 'noise'
  readonly reason: string
  readonly effect: Effect
}

/** Whether something that changes the text of JSON but not its meaning is a difference. */
export interface JsonOptions {
  readonly keyOrder: 'ignore' | 'report'
  /** `1.0` for `1`. */
  readonly numberSpelling: 'ignore' | 'report'
  /** `\u00e9` for `é`. */
  readonly escapes: 'ignore' | 'report'
}

/** Bounds of one comparison; what is beyond is counted or compared by hash. */
export interface Limits {
  /** Differences kept with their values; further ones are counted. */
  readonly differences: number
  /** The largest decoded body that is compared by structure, bytes. */
  readonly body: number
}

/** Rules and noise for one endpoint, ready to compare with. */
export interface Plan {
  readonly provisions: readonly Provision[]
  readonly places: PlaceSet
  /** Whether any provision is about arrays, so that the place of every array matters. */
  readonly arrays: boolean
  /** Whether noise was learned: without it, any value of an invented class may be bound to another. */
  readonly learned: boolean
  readonly json: JsonOptions
  readonly statuses: ReadonlyArray<{ readonly legacy: number, readonly candidate: number, readonly reason: string }>
  readonly limits: Limits
}

export const defaultJson: JsonOptions = { keyOrder: 'ignore', numberSpelling: 'report', escapes: 'ignore' }
export const defaultLimits: Limits = { differences: 1000, body: 32 * 1024 * 1024 }

/** Joins provisions into a plan. */
export function makePlan (provisions: readonly Provision[], more: Partial<Pick<Plan, 'json' | 'statuses' | 'limits' | 'learned'>> = {}): Plan {
  return {
    provisions,
    places: new PlaceSet(provisions.map(({ pattern, effect }) => effect.type === 'ignore' ? `${pattern}/**` : pattern)),
    arrays: provisions.some(({ effect }) => isAboutArrays(effect)),
    learned: more.learned ?? false,
    json: more.json ?? defaultJson,
    statuses: more.statuses ?? [],
    limits: more.limits ?? defaultLimits
  }
}

/** Compares everything, strictly. */
export const strictPlan: Plan = makePlan([])

/** The provisions that a place meets. */
export function met (plan: Plan, state: typeof dead): readonly Provision[] {
  return state.meets.map(index => plan.provisions[index]!)
}

export function isAboutArrays (effect: Effect): boolean {
  return effect.type === 'unordered' || effect.type === 'keyed' || (effect.type === 'noise' && effect.name === 'order')
}
