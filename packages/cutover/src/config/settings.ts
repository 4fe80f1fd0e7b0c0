import type { RedactionRules } from '../message/redaction/rules.ts'
import type { ComparisonConfig } from './comparison.ts'
import type { BenchRoute, PlanSettings, RolloutSettings } from './rollout-settings.ts'
import type { BackendName, BasisPoints } from './target.ts'

/** What a sticky function sees of a request. */
export interface StickyRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export type StickyBy =
  | { readonly kind: 'cookie' | 'header' | 'jwt', readonly name: string }
  | { readonly kind: 'address' }
  /** A cookie of cutover's own, set with the first answer. */
  | { readonly kind: 'own-cookie' }
  | { readonly kind: 'function', readonly key: (request: StickyRequest) => string | undefined }

export interface Route {
  /** Upper-case methods, or undefined for all. GET covers HEAD. */
  readonly methods: readonly string[] | undefined
  /** `/api/vehicles`, `/api/vehicles/:id`, `/api/vehicles/*`. */
  readonly path: string
}

/** A named group of routes that moves together. */
export interface Feature {
  readonly name: string
  readonly routes: readonly Route[]
  readonly risk: 'low' | 'medium' | 'high'
  /** Why it is that; undefined where the config says the risk itself. */
  readonly riskReason?: string
  /** The share that the config says. */
  readonly share: BasisPoints
  readonly stickyBy: StickyBy | undefined
  readonly pin: Readonly<Record<BackendName, readonly string[]>>
  /** The environment variable that sets the share at start. */
  readonly env: string | undefined
  readonly fallback: boolean
}

export interface BackendSettings {
  readonly name: BackendName
  readonly source:
    | { readonly kind: 'module', /** absolute */ readonly path: string, readonly export: string }
    | { readonly kind: 'listener', readonly listener: unknown }
    | { readonly kind: 'command', readonly command: string, readonly cwd: string, readonly env: Readonly<Record<string, string>>, readonly url: URL }
    | { readonly kind: 'origin', readonly url: URL }
  /** Path of the health check, or undefined: an open port is enough. */
  readonly health: string | undefined
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
}

/** How it is proven that both backends do the same. */
export interface ParitySettings {
  /** Rules of comparison. */
  readonly compare: ComparisonConfig
  /** Absolute: the folder of the scenarios. What fuzzing finds is saved in its subfolder `found`. */
  readonly scenarios: string
  /** Absolute: the module that starts what both backends need. */
  readonly surroundings: string | undefined
  readonly state: {
    /** The source database; undefined where none is configured, and where its variable is not set. A secret: never log it. */
    readonly url: string | undefined
    /** The environment variable from which `url` comes, if it does. */
    readonly urlFrom: string | undefined
    /** Collections of a MongoDB database, where its server cannot list them. */
    readonly collections: readonly string[]
    /** The environment variable in which a backend is given its clone's URL; undefined for the usual one of its kind. */
    readonly variable: string | undefined
    /** How long to wait after a reset. */
    readonly settleMs: number
  }
  /** A running second instance of legacy; only where legacy is an origin. */
  readonly twin: URL | undefined
  /** For one request, to the last byte of its answer. */
  readonly timeoutMs: number
  /** The largest body that is kept. */
  readonly bodyLimitBytes: number
  readonly openapi: {
    /** A path on the candidate. */
    readonly candidate: string | undefined
    /** A path on legacy. */
    readonly legacy: string | undefined
    /** Absolute. */
    readonly file: string | undefined
  }
  readonly fuzz: {
    /** The name of the scenario whose steps come first. */
    readonly signIn: string | undefined
    /** By lower-case name; values may hold `${capture}`. */
    readonly headers: Readonly<Record<string, string>>
    readonly skip: readonly Route[]
  }
}

/** The configuration, checked, with defaults filled in and every text turned into a number; frozen. */
export interface Settings {
  /** The file it came from, if any. */
  readonly file: string | undefined
  /** Absolute: the config file's folder, or the working directory. */
  readonly folder: string
  readonly legacy: BackendSettings
  readonly candidate: BackendSettings
  readonly features: readonly Feature[]
  readonly listen: { readonly host: string, readonly port: number }
  readonly admin: { readonly enabled: boolean, readonly host: string, readonly port: number, readonly token: string | undefined }
  /** Absolute. */
  readonly stateDir: string
  /** Absolute; a .env file that is read at start and watched. */
  readonly envFile: string | undefined
  readonly trustedProxies: boolean | number | readonly string[]
  readonly force: { readonly header: string, readonly secret: string | undefined }
  readonly headers: { readonly routedTo: boolean, readonly requestId: boolean, readonly forwarded: boolean, readonly serverTiming: boolean }
  readonly fallback: { readonly enabled: boolean, readonly bodyLimitBytes: number }
  readonly breaker: { readonly enabled: boolean, readonly failures: number, readonly windowMs: number, readonly openMs: number, readonly probes: number }
  /** `bodyBytes` is Infinity for "none". */
  readonly limits: { readonly headerBytes: number, readonly bodyBytes: number }
  readonly timeouts: {
    readonly headersMs: number
    readonly requestMs: number
    readonly connectMs: number
    readonly firstByteMs: number
    readonly idleMs: number
    readonly keepAliveMs: number
    readonly shutdownMs: number
  }
  readonly parity: ParitySettings
  /** What is secret in exchanges beside the defaults. */
  readonly redact: RedactionRules
  readonly record: RecordSettings
  readonly shadow: ShadowSettings
  readonly rollout: RolloutSettings
  readonly bench: BenchSettings
  readonly plan: PlanSettings
  /** Shares that come from flags. */
  readonly openfeature: OpenFeatureSettings | undefined
  readonly telemetry: 'auto' | 'opentelemetry' | 'off'
  readonly metrics: boolean
}

/** Which flags say the shares of which features, and where they are asked. */
export interface OpenFeatureSettings {
  readonly flags: ReadonlyArray<{ readonly feature: string, readonly key: string }>
  /** Makes the provider, or a promise of it; undefined for the one that the application has registered. */
  readonly provider: (() => unknown) | undefined
  readonly domain: string | undefined
  readonly context: Readonly<Record<string, string | number | boolean>>
  readonly intervalMs: number
}

/** What `cutover bench` measures. */
export interface BenchSettings {
  readonly routes: readonly BenchRoute[]
  readonly signIn: string | undefined
  readonly connections: readonly number[]
  readonly timeMs: number
  readonly starts: number
  /** More backends, which only the bench starts. */
  readonly others: ReadonlyArray<{ readonly name: string, readonly source: BackendSettings['source'], readonly routes: readonly string[] | undefined }>
  /** What cannot be measured: by question, then by backend. */
  readonly facts: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** What of real traffic is kept. */
export interface RecordSettings {
  /** The part of the clients whose exchanges are recorded from the start. */
  readonly share: BasisPoints
  /** All requests, unlisted ones too, when undefined. */
  readonly features: readonly string[] | undefined
  /** Absolute. */
  readonly folder: string
  readonly bodyLimitBytes: number
  readonly totalBytes: number
  readonly memoryBytes: number
}

/** What is sent to the other backend too, and compared. */
export interface ShadowSettings {
  readonly share: BasisPoints
  /** All features when undefined. */
  readonly features: readonly string[] | undefined
  readonly concurrency: number
  readonly memoryBytes: number
  readonly bodyLimitBytes: number
  readonly timeoutMs: number
  /** The part of its time that the event loop may be busy, 0 to 1. */
  readonly utilization: number
  /** Why a side may get writes too; undefined when it may not. */
  readonly unsafe: Readonly<Record<BackendName, string | undefined>>
}
