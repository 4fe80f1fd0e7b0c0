import type { Classification } from '../types/decisions.ts'
import type { Model } from '../types/models.ts'
import type { Attempt, Failure, TokenUsage } from '../types/providers.ts'

/** What a client is told of an answered prompt. */
export interface PromptAnswer {
  readonly id: string
  readonly model: Model
  readonly classification: Classification
  readonly output: string
  readonly cached: boolean
  readonly usage: TokenUsage
  /** Billionths of a US dollar. */
  readonly costNano: number
  readonly attempts: readonly Attempt[]
  /** ISO 8601 with microseconds, as Python tells times. */
  readonly createdAt: string
}

/** A piece of a streamed answer. `failed` only after a delta. */
export type PromptEvent =
  | ({ readonly kind: 'start' } & Pick<PromptAnswer, 'id' | 'model' | 'classification' | 'cached'>)
  | { readonly kind: 'delta', readonly text: string }
  | ({ readonly kind: 'end' } & Pick<PromptAnswer, 'usage' | 'costNano' | 'attempts' | 'createdAt'>)
  | { readonly kind: 'failed', readonly attempts: readonly Attempt[] }

/** Why a prompt is not answered. */
export type Refusal =
  | { readonly reason: 'unknown model' | 'unsatisfiable' | 'unavailable' }
  | { readonly reason: 'failed', readonly failure: Failure }

export type Outcome<Value> = { readonly ok: true, readonly value: Value } | { readonly ok: false, readonly refusal: Refusal }

export function fail (failure: Failure): { readonly ok: false, readonly refusal: Refusal } {
  return { ok: false, refusal: { reason: 'failed', failure } }
}
