import type { Cause, Change, Control, Explanation, FeatureState } from '../config/control.ts'
import { suggestion } from '../config/problem.ts'
import { formatRoute } from '../config/route.ts'
import { formatStickyBy } from '../config/sticky.ts'
import type { BasisPoints } from '../config/target.ts'
import { fault } from '../errors.ts'
import { BUCKETS } from './bucket.ts'
import type { FeatureRuntime } from './feature.ts'
import type { Journal } from './journal.ts'
import type { Log } from './log.ts'
import type { Routing } from './routing.ts'

/** How long the candidate keeps a request that legacy may answer, when its feature is rolled back. */
const recallMs = 500

/** Changes shares while the switch runs, and keeps each change in the journal. */
export class Shares implements Control {
  readonly #routing: Routing
  readonly #journal: Journal
  readonly #log: Log
  readonly #listeners = new Set<(change: Change) => void>()
  #asked = 0
  /** The newest change of each feature that acts: an older one that is written later does not undo it. */
  readonly #acting = new Map<FeatureRuntime, number>()

  /** Takes up the shares that the journal left. */
  constructor (routing: Routing, journal: Journal, log: Log) {
    this.#routing = routing
    this.#journal = journal
    this.#log = log
    for (const feature of routing.features.values()) feature.share = 0
    for (const { feature, to, kind } of journal.entries) {
      const runtime = routing.features.get(feature)
      if (runtime === undefined) continue
      runtime.share = to
      runtime.rolledBack = kind === 'rollback'
    }
  }

  /**
   * Sets a share that somebody wrote down (in the config, in the environment), if it says something else than when
   * it was last taken up: so a restart keeps what was changed live, a rollback above all.
   * @param who `config` or `env:NAME`
   * @param text what was written
   */
  async adopt (feature: string, share: BasisPoints, who: string, text: string): Promise<Change | undefined> {
    const last = this.#journal.entries.findLast(change => change.feature === feature && change.who === who)
    if (last === undefined ? who === 'config' && share === 0 : last.why === text) return undefined
    return await this.setShare(feature, share, { who, why: text })
  }

  features (): readonly FeatureState[] {
    return [...this.#routing.features.values()].map(({ feature, share, rolledBack, breaker }) => ({
      feature: feature.name,
      risk: feature.risk,
      routes: feature.routes.map(formatRoute),
      share,
      rolledBack,
      breaker: breaker.state,
      stickyBy: feature.stickyBy === undefined ? undefined : formatStickyBy(feature.stickyBy)
    }))
  }

  async setShare (name: string, share: BasisPoints, cause: Cause): Promise<Change> {
    const feature = this.#feature(name)
    if (!Number.isInteger(share) || share < 0 || share > BUCKETS) throw fault('CUT_SHARE_INVALID', share)
    return await this.#change('share', feature, share, cause)
  }

  async rollback (name: string | undefined, cause: Cause): Promise<readonly Change[]> {
    const features = name === undefined ? [...this.#routing.features.values()] : [this.#feature(name)]
    return await Promise.all(features.map(feature => this.#change('rollback', feature, 0, cause)))
  }

  async history (limit: number): Promise<readonly Change[]> {
    return this.#journal.entries.slice(-limit)
  }

  explain (request: Parameters<Control['explain']>[0]): Explanation {
    return this.#routing.explain(request)
  }

  sideOf (feature: string, key: string | undefined): Explanation | undefined {
    return this.#routing.sideOf(this.#feature(feature), key)
  }

  onChange (listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  async #change (kind: Change['kind'], feature: FeatureRuntime, to: BasisPoints, { who, why }: Cause): Promise<Change> {
    const change: Change = { at: new Date().toISOString(), kind, feature: feature.name, from: feature.share, to, who, why }
    const turn = ++this.#asked
    const apply = (): void => {
      if (turn < (this.#acting.get(feature) ?? 0)) return
      this.#acting.set(feature, turn)
      feature.share = to
      feature.rolledBack = kind === 'rollback'
      feature.breaker.reset()
      if (kind === 'rollback') {
        feature.underWay?.recall(recallMs)
        feature.held.release()
      }
      for (const listener of this.#listeners) this.#tell(listener, change)
    }
    if (to > feature.share) {
      await this.#journal.append(change)
      apply()
    } else {
      // Leaving the candidate never waits for a disk, and happens even when the journal cannot be written.
      apply()
      await this.#journal.append(change).catch((error: Error) => this.#log({ level: 'error', code: 'CUT_JOURNAL_UNWRITABLE', message: error.message, feature: feature.name }))
    }
    this.#log({ level: 'info', message: `${kind === 'rollback' ? 'rolled back' : 'share'} ${feature.name}: ${change.from / 100}% → ${to / 100}% by ${who}${why === '' ? '' : ` (${why})`}`, feature: feature.name })
    return change
  }

  #tell (listener: (change: Change) => void, change: Change): void {
    try {
      listener(change)
    } catch (error) {
      this.#log({ level: 'error', message: `A listener of share changes failed: ${(error as Error).message}`, feature: change.feature })
    }
  }

  #feature (name: string): FeatureRuntime {
    const feature = this.#routing.features.get(name)
    if (feature !== undefined) return feature
    const names = [...this.#routing.features.keys()]
    const near = suggestion(name, names)
    throw fault('CUT_FEATURE_UNKNOWN', name, near === undefined ? '' : ` Did you mean "${near}"?`, names.join(', ') || 'none')
  }
}
