import type { BackendName, BasisPoints } from './target.ts'
import type { Change, Explanation, FeatureState, GateResult, RolloutEvent } from './control.ts'

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

/** Where the switch keeps what it knows, and what commands on the same machine need to judge it without loading the config. */
export interface StatusProject {
  /** Absolute: the config file's folder. */
  readonly folder: string
  /** Absolute. */
  readonly stateDir: string
  /** Of the candidate. */
  readonly version?: string
  readonly retireAfterMs: number
}

/** Answer of `GET /api/status`. */
export interface StatusResponse {
  readonly project?: StatusProject
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
  readonly record?: RecordStatus
  readonly shadow?: ShadowStatus
  /** The newest rollout of each feature that had one. */
  readonly rollouts?: readonly FeatureRollout[]
}

/** Why an exchange was not recorded: its client left, memory or the writer's queue was full, or something failed. */
export type RecordDrop = 'aborted' | 'queue' | 'error'

/** Answer of `GET`, `POST` and `DELETE /api/record`: the recording under way, or the last one. */
export interface RecordStatus {
  readonly active: boolean
  readonly share: BasisPoints
  /** Undefined for all requests. */
  readonly features?: readonly string[]
  readonly folder?: string
  /** ISO 8601, UTC. */
  readonly startedAt?: string
  readonly endsAt?: string
  /** Exchanges on disk. */
  readonly recorded: number
  readonly dropped: Readonly<Record<RecordDrop, number>>
  /** Why nothing more is written. */
  readonly failure?: string
}

/** Body of `POST /api/record`. */
export interface RecordRequest {
  /** `10%`, of the clients. */
  readonly share: string
  readonly features?: readonly string[]
  /** How long; until `DELETE` when left out. */
  readonly seconds?: number
  /** Absolute; a new one below `record.folder` when left out. */
  readonly folder?: string
}

/**
 * Why a sampled request was not compared. `unsafe`: a write; `load`: this process was busy; `concurrency`: others were
 * under way for too long; `memory`: the bound was met; `size`: a body too large to be compared by content, and not the
 * same; `aborted`: its client left; `fallback`: the other side had just failed it; `breaker`: the other side is failing;
 * `stream`: an answer without an end, or an upgrade; `timeout`, `failed`: the other side gave no answer; `unsupported`:
 * the other side can only answer real clients; `error`: a fault of cutover's own.
 */
export type ShadowSkip = 'unsafe' | 'load' | 'concurrency' | 'memory' | 'size' | 'aborted' | 'fallback' | 'breaker' | 'stream' | 'timeout' | 'failed' | 'unsupported' | 'error'

/** What shadowing did for one feature. */
export interface ShadowFeature {
  readonly feature: string
  readonly same: number
  readonly different: number
  /** Differences by kind. */
  readonly differences: Readonly<Record<string, number>>
  readonly skipped: Readonly<Partial<Record<ShadowSkip, number>>>
}

export interface ShadowStatus {
  readonly share: BasisPoints
  readonly features: readonly ShadowFeature[]
  /** Waiting, and under way. */
  readonly waiting: number
  readonly running: number
}

/** A request that the two backends answered differently, secrets redacted. */
export interface ShadowFind {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly feature: string
  readonly requestId: string
  readonly method: string
  readonly target: string
  readonly statuses: Readonly<Record<BackendName, number>>
  readonly total: number
  /** The first of them. */
  readonly differences: ReadonlyArray<{ readonly kind: string, readonly pointer: string, readonly legacy?: string, readonly candidate?: string }>
}

/** Answer of `GET /api/shadow`, and of `PUT /api/shadow` with a {@link ShadowRequest}. */
export interface ShadowResponse extends ShadowStatus {
  /** The newest, oldest first. */
  readonly finds: readonly ShadowFind[]
}

/** Body of `PUT /api/shadow`. */
export interface ShadowRequest {
  readonly share: string
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

export type RolloutPhase = 'waiting' | 'running' | 'paused' | 'failed' | 'aborted' | 'completed'

/** The rollout of one feature, as it stands. */
export interface FeatureRollout {
  readonly rollout: string
  readonly feature: string
  readonly phase: RolloutPhase
  /** From 0. */
  readonly stage: number
  readonly stages: readonly BasisPoints[]
  readonly version?: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly stageStartedAt: string
  /** How long the stage is still held at least, milliseconds. */
  readonly holdMs: number
  /** Requests that the candidate had in this stage, and that it needs. */
  readonly requests: number
  readonly minimumRequests: number
  readonly gates: readonly GateResult[]
  /** Why it is as it is: what it waits for, or which gate failed. */
  readonly detail: string
  /** When a feature that failed may be tried again. */
  readonly coolsUntil?: string
}

/** Answer of `GET /api/rollout`. */
export interface RolloutResponse {
  readonly rollouts: readonly FeatureRollout[]
  /** The newest events, oldest first. */
  readonly events: readonly RolloutEvent[]
}

/** Body of `POST /api/rollout/start|pause|resume|abort|skip`; without `features`, all. */
export interface RolloutRequest {
  readonly features?: readonly string[]
  readonly version?: string
  /** With `start`: in spite of a failure of this version, or of the cool-down. Needs a reason. */
  readonly override?: boolean
  readonly who: string
  readonly why: string
}

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
