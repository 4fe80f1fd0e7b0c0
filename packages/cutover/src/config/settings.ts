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
  readonly metrics: boolean
}
