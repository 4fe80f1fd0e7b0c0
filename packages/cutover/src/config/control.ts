import type { BackendName, BasisPoints } from './target.ts'

/** Who changes a share, and why: both end up in the journal. */
export interface Cause {
  /** `cli:alice`, `admin`, `env:VEHICLES_BACKEND`, `config`, `library`. */
  readonly who: string
  readonly why: string
}

/** One line of the journal. */
export interface Change {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly kind: 'share' | 'rollback'
  readonly feature: string
  readonly from: BasisPoints
  readonly to: BasisPoints
  readonly who: string
  readonly why: string
}

export interface FeatureState {
  readonly feature: string
  readonly risk: 'low' | 'medium' | 'high'
  readonly routes: readonly string[]
  readonly share: BasisPoints
  /** True after a rollback, until a share is set again: pins to the candidate are void too. */
  readonly rolledBack: boolean
  readonly breaker: 'closed' | 'open' | 'half-open'
  readonly stickyBy: string | undefined
}

/** How commands, the admin API and a rollout change shares. */
export interface Control {
  features (): readonly FeatureState[]
  /**
   * Sets a feature's share. A raise waits until it is in the journal; a lowering acts at once.
   * @throws CUT_FEATURE_UNKNOWN, CUT_SHARE_INVALID, CUT_JOURNAL_UNWRITABLE (a raise only)
   */
  setShare (feature: string, share: BasisPoints, cause: Cause): Promise<Change>
  /** Takes one feature, or all, off the candidate: on the next request, sticky and pinned users too. */
  rollback (feature: string | undefined, cause: Cause): Promise<readonly Change[]>
  /** The newest changes, oldest first. */
  history (limit: number): Promise<readonly Change[]>
  /** Which backend a described request would get now, and why, without sending it. */
  explain (request: { method: string, url: string, headers?: Record<string, string>, address?: string }): Explanation
}

export interface Explanation {
  readonly backend: BackendName
  readonly reason: 'forced' | 'pinned' | 'share' | 'breaker' | 'unlisted'
  readonly feature: string | undefined
  /** 0–9 999, where a sticky key or a draw decided. */
  readonly bucket: number | undefined
}
