import type { ExchangeResponse } from '../message/exchange.ts'
import { compareResponses, type Comparison } from './compare/compare.ts'
import type { DifferenceKind, ValueType } from './compare/difference.ts'
import type { Pairing } from './compare/findings.ts'
import { patternOf } from './compare/place.ts'
import type { Plan, Provision } from './compare/plan.ts'
import { classify, momentOf, type ValueClass } from './value-class.ts'

export type NoiseClass = ValueClass | 'order'

/** A place at which legacy differs from its own twin, in values of one class. */
export interface NoiseEntry {
  /** The place with `*` for array indexes. */
  readonly pattern: string
  readonly class: NoiseClass
  readonly type: ValueType
  /** The forms of the class that were seen, such as "ISO "T", 3 digits after ".", Z"; at most {@link formsKept}. */
  readonly forms: readonly string[]
  /** How far apart the moments of timestamps were at most, where that was more than a minute, milliseconds. */
  readonly apartMs?: number
  /** How often it differed. */
  readonly count: number
}

/** A place at which legacy differs from its twin in a way that is of no class: it stays a difference. */
export interface Unstable {
  readonly pattern: string
  readonly kind: DifferenceKind
  readonly count: number
  /** The first place. */
  readonly example: string
}

/** What was learned of one endpoint. */
export interface EndpointNoise {
  /** Pairs of answers that were compared. */
  readonly pairs: number
  readonly entries: readonly NoiseEntry[]
  readonly unstable: readonly Unstable[]
}

/** What is noise, by endpoint; plain data that may be kept as JSON. */
export type NoiseProfile = Readonly<Record<string, EndpointNoise>>

export const formsKept = 20

/** Both sides are asked within moments: times further apart than this mean something else, such as another time zone. Milliseconds. */
const apartAtMost = 10 * 60_000
const dayMs = 24 * 3600_000

/**
 * Learns from one pair of answers to the same request what is noise.
 * @param profile what is known so far; not changed
 * @param endpoint a name for the endpoint, such as `GET /api/vehicles/:id`
 * @param plan the endpoint's rules without noise
 */
export function learnNoise (profile: NoiseProfile, endpoint: string, legacy: ExchangeResponse, twin: ExchangeResponse, plan?: Plan, method?: string): NoiseProfile {
  const before = Object.hasOwn(profile, endpoint) ? profile[endpoint]! : { pairs: 0, entries: [], unstable: [] }
  const entries = new Map(before.entries.map(entry => [keyOf(entry), entry]))
  const add = (entry: Omit<NoiseEntry, 'count'>) => {
    const known = entries.get(keyOf(entry))
    const forms = new Set([...known?.forms ?? [], ...entry.forms])
    const apartMs = Math.max(known?.apartMs ?? 0, entry.apartMs ?? 0)
    entries.set(keyOf(entry), { ...entry, forms: [...forms].slice(0, formsKept), ...(apartMs > 0 && { apartMs }), count: (known?.count ?? 0) + 1 })
  }
  const observer: Pairing = {
    judge (at, one, other) {
      const a = classify(one)
      const b = classify(other)
      if (a === undefined || b === undefined || a.class !== b.class || one.type !== other.type) return 'unknown'
      if (a.class === 'template' && a.form !== b.form) return 'unknown'
      const apartMs = a.class === 'timestamp' ? distance(one.text, other.text) : 0
      add({ pattern: patternOf(at), class: a.class, type: one.type, forms: [a.form, b.form], ...(apartMs > 60_000 && { apartMs }) })
      return 'paired'
    }
  }
  const comparison = compareResponses(legacy, twin, { ...(plan && { plan }), pairing: observer, ...(method !== undefined && { method }) })
  const unstable = new Map(before.unstable.map(one => [`${one.kind} ${one.pattern}`, one]))
  for (const { kind, pattern, pointer } of comparison.differences) {
    if (kind === 'order') {
      add({ pattern, class: 'order', type: 'array', forms: [] })
      continue
    }
    const known = unstable.get(`${kind} ${pattern}`)
    unstable.set(`${kind} ${pattern}`, { pattern, kind, count: (known?.count ?? 0) + 1, example: known?.example ?? pointer })
  }
  const learned: EndpointNoise = { pairs: before.pairs + 1, entries: [...entries.values()], unstable: [...unstable.values()] }
  return Object.fromEntries([...Object.entries(profile).filter(([name]) => name !== endpoint), [endpoint, learned]])
}

/**
 * What was learned of an endpoint, for a plan. A noisy value of the candidate's must still be there, of the
 * same type, class and form as legacy's; only which value it is does not count.
 */
export function noiseProvisions (profile: NoiseProfile, endpoint: string): readonly Provision[] {
  const entries = Object.hasOwn(profile, endpoint) ? profile[endpoint]!.entries : []
  return entries.map(entry => ({
    pattern: entry.pattern,
    because: 'noise',
    reason: entry.class,
    effect: {
      type: 'noise',
      name: entry.class,
      bindable: entry.class === 'uuid' || entry.class === 'token' || entry.class === 'number' || entry.class === 'template',
      covers: (legacy, candidate) => {
        if (legacy.type !== entry.type || candidate.type !== entry.type) return false
        const a = classify(legacy)
        const b = classify(candidate)
        return a?.class === entry.class && b?.class === entry.class && isSeen(entry, a.form, b.form) && isNear(entry, a.form, legacy.text, candidate.text)
      }
    }
  }))
}

/** A form may be new where legacy shows the same one. */
function isSeen (entry: NoiseEntry, legacy: string, candidate: string): boolean {
  return entry.class === 'number' || legacy === candidate || (entry.class !== 'template' && entry.forms.includes(candidate))
}

function isNear (entry: NoiseEntry, form: string, legacy: string, candidate: string): boolean {
  return entry.class !== 'timestamp' || distance(legacy, candidate) <= Math.max(form === 'ISO date' ? dayMs : apartAtMost, 10 * (entry.apartMs ?? 0))
}

function distance (one: string, other: string): number {
  const a = momentOf(one)
  const b = momentOf(other)
  return a === undefined || b === undefined ? 0 : Math.abs(a - b)
}

function keyOf (entry: Pick<NoiseEntry, 'pattern' | 'class' | 'type'>): string {
  return `${entry.class} ${entry.type} ${entry.pattern}`
}

/** How often differences were left out, by endpoint, then pattern, kind and reason. */
export type LeftOutCounts = Readonly<Record<string, ReadonlyArray<Comparison['leftOut'][number]>>>

/** Adds what one comparison left out. */
export function addLeftOut (counts: LeftOutCounts, endpoint: string, comparison: Comparison): LeftOutCounts {
  if (comparison.leftOut.length === 0) return counts
  const known = new Map((Object.hasOwn(counts, endpoint) ? counts[endpoint]! : []).map(tally => [tallyKey(tally), tally]))
  for (const tally of comparison.leftOut) {
    const before = known.get(tallyKey(tally))
    known.set(tallyKey(tally), before === undefined ? tally : { ...before, count: before.count + tally.count })
  }
  return Object.fromEntries([...Object.entries(counts).filter(([name]) => name !== endpoint), [endpoint, [...known.values()]]])
}

function tallyKey ({ because, reason, pattern, kind }: Comparison['leftOut'][number]): string {
  return `${because} ${kind} ${pattern} ${reason}`
}
