/** Who answers. Each has a wire format of its own. */
export type Provider = 'openai' | 'anthropic'

/** What a model can be asked for. */
export type Capability = 'chat' | 'code' | 'math' | 'creative' | 'multilingual' | 'long_context'

/** A line of catalog/models.json, which both faces read. */
export interface Model {
  readonly id: string
  readonly provider: Provider
  readonly name: string
  readonly capabilities: readonly Capability[]
  /** Tokens of prompt and answer together. */
  readonly context_window: number
  /** The most tokens of an answer. */
  readonly max_output: number
  /** Price of one token, in billionths of a US dollar: whole numbers, so that both languages add alike. */
  readonly input_nano_usd: number
  readonly output_nano_usd: number
  /** Our own estimate of the usual time to an answer, milliseconds. */
  readonly latency_ms: number
  /** Our own estimate, 0 to 100. */
  readonly quality: number
  /** ISO 8601 date. */
  readonly released: string
}

/** `degraded`: its last attempt failed. `unavailable`: paused after failures in a row, or by the provider's Retry-After. */
export type ModelStatus = 'available' | 'degraded' | 'unavailable'
