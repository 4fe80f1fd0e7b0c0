import type { Verdict } from './control.ts'
import type { RiskRule } from './risk-rule.ts'
import type { BasisPoints } from './target.ts'

/** A bound: absolute, relative to what legacy shows at the same time, or both. */
export interface BoundSettings {
  /** In the unit of the gate: a part (0 to 1), milliseconds, bytes, or cores. */
  readonly below: number | undefined
  readonly relativeToLegacy: number | undefined
}

export type GateSettings =
  | { readonly kind: 'errorRate' | 'fallbacks', readonly name: string, readonly bound: BoundSettings }
  /** `quantile` is 0.95 for p95; the bound is in milliseconds. */
  | { readonly kind: 'latency', readonly name: string, readonly quantile: number, readonly bound: BoundSettings }
  /** Bytes, cores (0.8 is 80 % of one) and milliseconds. */
  | { readonly kind: 'memory' | 'cpu' | 'eventLoopDelay', readonly name: string, readonly bound: BoundSettings }
  | { readonly kind: 'parity', readonly name: string, readonly differences: number, readonly verify: boolean, readonly live: number }
  | { readonly kind: 'sampleRatio', readonly name: string }
  | { readonly kind: 'custom', readonly name: string, readonly check: (feature: string) => Verdict | Promise<Verdict> }
  | { readonly kind: 'prometheus', readonly name: string, readonly url: URL, readonly query: string, readonly below: number | undefined, readonly above: number | undefined }

/** Whom to tell, of which events. Secrets: never log the URL or the token. */
export type NotificationSettings = { readonly on: readonly string[] | undefined } & (
  | { readonly kind: 'webhook', /** or env:NAME */ readonly url: string, /** env:NAME */ readonly secret: string | undefined }
  | { readonly kind: 'slack', /** or env:NAME */ readonly url: string }
  | { readonly kind: 'github', readonly repository: string, readonly deployment: number | string | undefined, /** env:NAME */ readonly token: string, readonly api: string }
  | { readonly kind: 'command', readonly command: string })

export interface RolloutSettings {
  readonly stages: readonly BasisPoints[]
  readonly holdMs: number
  readonly minimumRequests: number
  readonly tickMs: number
  readonly alpha: number
  readonly confidence: number
  readonly cooldownMs: number
  /** All features, in the order in which they move. */
  readonly order: readonly string[]
  readonly version: string | undefined
  readonly gates: readonly GateSettings[]
  readonly notify: readonly NotificationSettings[]
}

export interface BenchRoute {
  readonly name: string
  readonly method: string
  readonly path: string
  /** By lower-case name; values may hold `${capture}`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly feature: string | undefined
}

export interface PlanSettings {
  readonly retireAfterMs: number
  readonly risks: readonly RiskRule[]
}
