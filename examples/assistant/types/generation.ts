/** What a client asks for. */
export interface Prompt {
  readonly prompt: string
  /** Instructions that come before the prompt. */
  readonly system?: string
  readonly model?: string
  readonly maxTokens?: number
  readonly temperature?: number
}

export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly totalTokens: number
}

/** A whole answer of a model. */
export interface Generation {
  readonly id: string
  readonly model: string
  readonly text: string
  /** Why it ends: `stop`, `length`, … as the AI service says it. */
  readonly finishReason: string
  readonly usage: Usage | null
}

/** One event of an answer that is streamed: who answers, a piece of the text, the end, or what broke it off. */
export type GenerationEvent =
  | { readonly id: string, readonly model: string }
  | { readonly text: string }
  | { readonly finishReason: string, readonly usage: Usage | null }
  | { readonly error: { readonly code: string, readonly message: string } }

/** What `GET /api/ai/capabilities` tells. */
export interface Capabilities {
  readonly models: readonly string[]
  readonly defaultModel: string
  readonly streaming: true
  readonly limits: {
    readonly requestsPerMinute: number
    readonly promptCharacters: number
    readonly maxTokens: number
  }
}
