import type { Model, ModelStatus, Provider } from './models.ts'

/** How one attempt at one model ended. */
export type AttemptOutcome = 'ok' | 'timeout' | 'unavailable' | 'rate_limited' | 'malformed' | 'cut' | 'refused' | 'busy'

/** One attempt; a retry of the same model is another one. Clients are told all of them, and they are recorded. */
export interface Attempt {
  readonly model: string
  readonly provider: Provider
  readonly outcome: AttemptOutcome
  /** The provider's HTTP status; null when none came. */
  readonly status: number | null
  /** Whole milliseconds. */
  readonly latency_ms: number
}

export interface TokenUsage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

/** What is asked of whichever model answers. */
export interface Completion {
  readonly prompt: string
  readonly system: string | null
  readonly maxTokens: number
  readonly temperature: number
}

/** The text, who gave it, and every attempt up to it. */
export interface Answer extends TokenUsage {
  readonly model: Model
  readonly output: string
  readonly attempts: readonly Attempt[]
}

/** No model answered. `all`: what the attempts had in common; `mixed` when nothing. */
export interface Failure {
  readonly all: 'timeout' | 'limited' | 'mixed'
  /** Seconds, when `all` is `limited` (rate_limited or busy): the least that anybody asked to wait, at least 1. */
  readonly retryAfter: number | null
  readonly attempts: readonly Attempt[]
}

/** A piece of a streamed answer. Before the first delta the next model is tried; after it a failure ends the stream. */
export type StreamEvent =
  | { readonly kind: 'start', readonly model: Model }
  | { readonly kind: 'delta', readonly text: string }
  | { readonly kind: 'end', readonly usage: TokenUsage, readonly attempts: readonly Attempt[] }
  | { readonly kind: 'failed', readonly attempts: readonly Attempt[] }

/** Asks models in the order of their ranking until one answers. */
export interface Failover {
  /** @param left aborted when the client has left: rejects with its reason */
  complete (models: readonly Model[], completion: Completion, left: AbortSignal): Promise<{ readonly ok: true, readonly answer: Answer } | { readonly ok: false, readonly failure: Failure }>
  /** Resolves when the first delta is there (its events begin with `start`), or when no model gave one. */
  stream (models: readonly Model[], completion: Completion, left: AbortSignal): Promise<{ readonly ok: true, readonly events: AsyncIterable<StreamEvent> } | { readonly ok: false, readonly failure: Failure }>
  close (): Promise<void>
}

/** What this process has seen of the models. Time is passed in: milliseconds of any steady clock. */
export interface ModelHealth {
  status (model: string, now: number): ModelStatus
  /** Mean of the last attempts that answered, milliseconds; null without any. */
  latency (model: string): number | null
  /** Failed of the last 100 attempts, 0 to 1. */
  errorRate (model: string): number
  record (attempt: Attempt, now: number, retryAfterMs?: number): void
  /** Forgets everything, as when the settings change. */
  clear (): void
}
