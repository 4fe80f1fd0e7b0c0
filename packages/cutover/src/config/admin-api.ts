import type { BackendName } from './target.ts'
import type { Change, Explanation, FeatureState } from './control.ts'

// What the admin listener and the commands say to each other: JSON under a bearer token.

/** Content of `<stateDir>/admin.json` (mode 0600): how a command finds a running switch. */
export interface AdminFile {
  /** The admin listener's URL, without a trailing slash: `http://127.0.0.1:41234`. */
  readonly url: string
  readonly token: string
  readonly pid: number
}

/** What one backend did for one feature, or for what no feature lists, since the switch started. */
export interface BackendStats {
  readonly requests: number
  /** Answers of 500 and above. */
  readonly errors: number
  /** Answers from 400 to 499. */
  readonly clientErrors: number
  /** Requests whose client left first. */
  readonly aborted: number
  /** Requests that this backend failed and legacy answered instead. */
  readonly fallbacks: number
  /** Requests a second, over the last seconds. */
  readonly perSecond: number
  /** Milliseconds; null while nothing has been timed. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** A feature with what both backends did for it. */
export interface FeatureStatus extends FeatureState {
  readonly backends: Readonly<Record<BackendName, BackendStats>>
}

export type BackendLifecycle = 'starting' | 'healthy' | 'unhealthy' | 'stopped'

/** How one backend is. */
export interface BackendHealth {
  readonly kind: 'module' | 'listener' | 'command' | 'origin'
  /** For a person: the module's path, the command line or the URL. */
  readonly target: string
  readonly state: BackendLifecycle
  /** Why it is not healthy, or what is worth knowing. */
  readonly detail?: string
}

/** Answer of `GET /api/status`. */
export interface StatusResponse {
  readonly pid: number
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** Version of cutover. */
  readonly version: string
  readonly listen: { readonly url: string }
  readonly features: readonly FeatureStatus[]
  readonly backends: Readonly<Record<BackendName, BackendHealth>>
  /** Requests that no feature lists. */
  readonly unlisted: Readonly<Record<BackendName, BackendStats>>
}

/** Body of `PUT /api/features/:name/share`; the answer is a {@link Change}. */
export interface ShareRequest {
  /** `25%`, `12.5%`. */
  readonly share: string
  readonly why: string
  /** `cli:alice`. */
  readonly who: string
}

export type ShareResponse = Change

/** Body of `POST /api/rollback`; without `feature`, all are rolled back. */
export interface RollbackRequest {
  readonly feature?: string
  readonly why: string
  readonly who: string
}

export type RollbackResponse = readonly Change[]

/** Answer of `GET /api/journal?limit=`: the newest changes, oldest first. */
export type JournalResponse = readonly Change[]

/** Body of `POST /api/explain`. */
export interface ExplainRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
}

export type ExplainResponse = Explanation

/** Body of every answer of 400 and above. */
export interface ErrorResponse {
  /** A code of the error table, or one of HTTP's own making. */
  readonly code: string
  readonly message: string
}
