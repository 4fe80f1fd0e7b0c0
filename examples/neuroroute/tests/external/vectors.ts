import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelStatus, Provider } from '../../types/models.ts'
import type { AttemptOutcome, TokenUsage } from '../../types/providers.ts'

/** What both languages must make of the same; legacy/tests/test_wires.py and its neighbours run it too. */
export interface Vectors {
  readonly answers: ReadonlyArray<{ readonly what: string, readonly provider: Provider, readonly body: string, readonly expect: { readonly output: string, readonly usage: TokenUsage } | null }>
  /** Streams are read whole, and cut in two at each byte. `end`: the usage, or the outcome of the attempt. */
  readonly streams: ReadonlyArray<{ readonly what: string, readonly provider: Provider, readonly text: string, readonly deltas: readonly string[], readonly end: TokenUsage | AttemptOutcome }>
  readonly retryAfter: { readonly now: number, readonly values: ReadonlyArray<{ readonly value: string, readonly ms: number | null }> }
  readonly health: ReadonlyArray<{ readonly what: string, readonly steps: readonly HealthStep[] }>
}

type HealthStep =
  | { readonly at: number, readonly outcome: AttemptOutcome, readonly latency_ms: number, readonly retryAfterMs: number | null }
  | { readonly at: number, readonly status: ModelStatus, readonly latency: number | null, readonly errorRate: number }

export const vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors.json'), 'utf8')) as Vectors
