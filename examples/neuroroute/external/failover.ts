import type { Failover, ModelHealth } from '../types/providers.ts'
import type { Provider } from '../types/models.ts'

/** Where a provider is, and what it may be asked. */
export interface ProviderAccess {
  /** The API's base without `/v1`: `https://api.openai.com`. */
  readonly url: string
  readonly key: string
  /** How many requests may be open at once. */
  readonly concurrency: number
}

export interface FailoverOptions {
  readonly providers: Readonly<Record<Provider, ProviderAccess>>
  /** Told of every attempt, in the time of `now`. */
  readonly health: ModelHealth
  /** How long one attempt may take, milliseconds: to the last byte of a plain answer, to each next byte of a streamed one. */
  readonly timeoutMs: number
  /** How long a request waits for its turn at a provider that is at its limit, milliseconds. */
  readonly queueMs: number
  /** A Retry-After up to this is waited for, milliseconds. */
  readonly retryAfterMs: number
  /** Milliseconds of a steady clock; `performance.now` unless told. */
  readonly now?: () => number
}

/** Asks OpenAI and Anthropic over their wire formats, one model after the other. */
export function createFailover (options: FailoverOptions): Failover {
  throw new Error(`not built yet: ${options.timeoutMs}`)
}
