/** What the AI service is asked. */
export interface ChatRequest {
  readonly model: string
  readonly messages: ReadonlyArray<{ readonly role: 'system' | 'user', readonly content: string }>
  readonly maxTokens: number
  readonly temperature?: number
}

export interface ChatUsage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly totalTokens: number
}

/** A whole answer. */
export interface ChatCompletion {
  readonly id: string
  readonly model: string
  readonly text: string
  readonly finishReason: string
  readonly usage: ChatUsage | undefined
}

/** One piece of an answer that is streamed. */
export interface ChatChunk {
  readonly id: string
  readonly model: string
  readonly text: string
  readonly finishReason: string | undefined
  readonly usage: ChatUsage | undefined
}

/** An AI service. Both methods throw a {@link ChatError}, `stream` also while its answer is read; an aborted `signal` ends the request. */
export interface ChatCompletions {
  complete (request: ChatRequest, signal: AbortSignal): Promise<ChatCompletion>
  /** Resolves when the service has accepted the request. */
  stream (request: ChatRequest, signal: AbortSignal): Promise<AsyncIterable<ChatChunk>>
}

/**
 * What went wrong with the AI service: it refused our key, had too many requests, refused this request, failed, could not
 * be reached, took too long, answered what is no answer, or broke its answer off. `left`: the caller's signal ended it.
 */
export type ChatFault = 'key' | 'busy' | 'rejected' | 'failed' | 'unreachable' | 'timeout' | 'garbled' | 'cut' | 'left'

export class ChatError extends Error {
  override name = 'ChatError'
  readonly fault: ChatFault
  /** Seconds after which the service wants to be asked again. */
  readonly retryAfter: number | undefined

  constructor (fault: ChatFault, message: string, { cause, retryAfter }: { cause?: unknown, retryAfter?: number | undefined } = {}) {
    super(message, { cause })
    this.fault = fault
    this.retryAfter = retryAfter
  }
}
