import type { Feature, Settings } from '../config/settings.ts'
import type { BackendName, BasisPoints } from '../config/target.ts'
import type { Cell } from '../metrics/cell.ts'
import { Breaker } from './breaker.ts'
import { murmur3 } from './bucket.ts'
import { Held } from './held.ts'
import type { UnderWay } from './under-way.ts'

/** Why a request went where it went. */
export type Reason = 'forced' | 'pinned' | 'share' | 'breaker' | 'unlisted'

/** Made once per feature, backend and reason: deciding allocates nothing. */
export interface Decision {
  readonly backend: BackendName
  readonly reason: Reason
  /** Undefined for an unlisted request. */
  readonly feature: FeatureRuntime | undefined
  readonly cell: Cell | undefined
  /** Of a session of Engine.IO that this backend opened: no other could answer, and a read is a poll, held at will. */
  readonly session: boolean
}

export type DecisionSet = Readonly<Record<BackendName, Readonly<Record<Reason | 'session', Decision>>>>

const reasons: readonly Reason[] = ['forced', 'pinned', 'share', 'breaker', 'unlisted']

type Pair = Partial<Record<BackendName, Cell>>

/** @param forced the cells of requests that a tester forces, which are no evidence */
export function makeDecisions (feature: FeatureRuntime | undefined, cells: Pair, forced: Pair = cells): DecisionSet {
  const make = (backend: BackendName, reason: Reason, session: boolean): Decision => Object.freeze({ backend, reason, feature, cell: (reason === 'forced' ? forced : cells)[backend], session })
  const of = (backend: BackendName): Record<Reason | 'session', Decision> => ({
    ...Object.fromEntries(reasons.map(reason => [reason, make(backend, reason, false)])) as Record<Reason, Decision>,
    session: make(backend, 'pinned', true)
  })
  return { legacy: of('legacy'), candidate: of('candidate') }
}

/** A feature as it stands while the switch runs: its live share, its breaker and its ready-made decisions. */
export class FeatureRuntime {
  readonly feature: Feature
  readonly name: string
  readonly breaker: Breaker
  readonly decisions: DecisionSet
  readonly held = new Held()
  readonly seed: number
  readonly pins: ReadonlyMap<string, BackendName> | undefined
  share: BasisPoints
  /** After a rollback, until a share is set: pins to the candidate are void. */
  rolledBack = false
  /** Undefined while nobody looks. */
  underWay: UnderWay | undefined = undefined

  constructor (feature: Feature, breaker: Settings['breaker'], cells: Pair, forced?: Pair) {
    this.feature = feature
    this.name = feature.name
    this.share = feature.share
    this.seed = murmur3(feature.name)
    this.breaker = new Breaker(breaker)
    this.decisions = makeDecisions(this, cells, forced)
    const pins = new Map<string, BackendName>()
    for (const key of feature.pin.candidate) pins.set(key, 'candidate')
    for (const key of feature.pin.legacy) pins.set(key, 'legacy')
    this.pins = pins.size > 0 ? pins : undefined
  }
}
