import type { BackendName, BasisPoints } from './target.ts'

/** Who changes a share, and why: both end up in the journal. */
export interface Cause {
  /** `cli:alice`, `admin`, `env:VEHICLES_BACKEND`, `openfeature:FLAG`, `config`, `library`. */
  readonly who: string
  readonly why: string
}

/** A line of the journal: a share that changed. */
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

/** What a gate says: without data it never passes. */
export type Verdict = 'pass' | 'fail' | 'no data'

/** A gate's answer, with the samples that it rests on. */
export interface GateResult {
  /** Its name in the config: `errorRate`, `p95`, or one of the user's own. */
  readonly gate: string
  readonly verdict: Verdict
  /** One line for a person: what was seen, and what the bound is. */
  readonly reason: string
  /** How many of the candidate's requests, comparisons or readings it rests on. */
  readonly samples: number
  /** What was seen, what is allowed, and their unit. */
  readonly value?: number
  readonly bound?: number
  readonly unit?: 'part' | 'ms' | 'bytes' | 'cores' | 'count' | 'number'
  /** Upper end of the confidence sequence of the value, where there is one. */
  readonly upper?: number
  /** The e-value against "the bound holds", and that at which it is an alarm. */
  readonly evidence?: number
  readonly alarmAt?: number
}

/** `queued`: it waits until the features before it have completed. */
export type RolloutEventName = 'queued' | 'started' | 'stage' | 'paused' | 'resumed' | 'skipped' | 'failed' | 'aborted' | 'completed'

/** A line of the journal beside the share changes: what a rollout decided, and on what evidence. */
export interface RolloutEvent {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly kind: 'rollout'
  readonly event: RolloutEventName
  /** One id for all events of a rollout of one feature. */
  readonly rollout: string
  readonly feature: string
  /** From 0; the stage that begins (`started`, `stage`, `resumed`), or that was reached. */
  readonly stage: number
  readonly share: BasisPoints
  /** The plan, with `queued`. */
  readonly stages?: readonly BasisPoints[]
  readonly version?: string
  /** The gate that failed. */
  readonly gate?: string
  /** What every gate said at that moment. */
  readonly results?: readonly GateResult[]
  readonly who: string
  readonly why: string
}

/** One line of the journal. */
export type JournalEntry = Change | RolloutEvent

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
  /**
   * Which backend a feature gives to the user of a sticky key, and why.
   * @param key undefined for nobody in particular
   * @returns undefined when that cannot be told: a key decides and there is none, or each request is drawn by itself
   * @throws CUT_FEATURE_UNKNOWN
   */
  sideOf (feature: string, key: string | undefined): Explanation | undefined
  /** Calls the listener with each change once it acts; until what is returned is called. */
  onChange (listener: (change: Change) => void): () => void
}

export interface Explanation {
  readonly backend: BackendName
  readonly reason: 'forced' | 'pinned' | 'share' | 'breaker' | 'unlisted'
  readonly feature: string | undefined
  /** 0–9 999, where a sticky key or a draw decided. */
  readonly bucket: number | undefined
}
