import { ChatError, type ChatFault } from '../../domain/chat-completions.ts'

/** How long one exchange is waited for: until its time is up, which each piece begins anew, or until the caller leaves. */
export class Patience {
  readonly #timeout = new AbortController()
  readonly #left: AbortSignal
  readonly #ms: number
  readonly #timer: NodeJS.Timeout
  /** Aborted when waiting is over, or the exchange has ended. */
  readonly signal: AbortSignal
  readonly #ended = new AbortController()

  constructor (ms: number, left: AbortSignal) {
    this.#ms = ms
    this.#left = left
    this.#timer = setTimeout(() => this.#timeout.abort(), ms)
    this.signal = AbortSignal.any([this.#timeout.signal, left, this.#ended.signal])
  }

  renew (): void {
    this.#timer.refresh()
  }

  /** Closes the exchange, whatever of it is still to come. */
  end (): void {
    clearTimeout(this.#timer)
    this.#ended.abort()
  }

  /** What an error of the exchange means. `otherwise`: an error of the connection. */
  explain (error: unknown, otherwise: ChatFault = 'unreachable'): ChatError {
    if (this.#left.aborted) return new ChatError('left', 'the client left', { cause: error })
    if (this.#timeout.signal.aborted) return new ChatError('timeout', `it said nothing for ${this.#ms} ms`, { cause: error })
    if (error instanceof ChatError) return error
    if (error instanceof RangeError) return new ChatError('garbled', error.message, { cause: error })
    const { message, cause } = error as Error
    return new ChatError(otherwise, cause instanceof Error ? `${message}: ${cause.message}` : message, { cause: error })
  }
}
