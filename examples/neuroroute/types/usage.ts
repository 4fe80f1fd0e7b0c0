import type { Category } from './decisions.ts'
import type { Attempt, TokenUsage } from './providers.ts'

/** A prompt that reached the cache or a model. */
export interface UsageRow {
  readonly id: string
  readonly keyId: string
  /** Null when no model answered. */
  readonly model: string | null
  readonly category: Category
  readonly outcome: 'ok' | 'failed'
  readonly cached: boolean
  readonly streamed: boolean
  readonly usage: TokenUsage
  /** Billionths of a US dollar. */
  readonly costNano: number
  readonly attempts: readonly Attempt[]
}

/** What one model took of a key's usage; `costNano` in billionths of a US dollar. */
export interface ModelUsage {
  readonly model: string
  readonly requests: number
  readonly promptTokens: number
  readonly completionTokens: number
  readonly costNano: number
}

/** What a key used. */
export interface UsageSummary {
  readonly requests: number
  readonly failed: number
  readonly cached: number
  readonly promptTokens: number
  readonly completionTokens: number
  readonly costNano: number
  /** Ordered by model. */
  readonly models: readonly ModelUsage[]
}
