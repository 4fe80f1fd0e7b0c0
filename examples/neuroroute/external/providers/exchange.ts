import { ProviderFault } from './fault.ts'

/** How many bytes are read that nobody wants, only so that a connection can be used again; and for how long, milliseconds. */
export const leftover = { limit: 65_536, ms: 1000 }

/**
 * The time of one exchange with a provider: until it waits too long, until the client leaves, or until it ends. However it
 * ends, its connection is closed or free, and then its place is given back.
 */
export class Exchange {
  readonly #controller = new AbortController()
  readonly #left: AbortSignal
  readonly #timeoutMs: number
  readonly #release: () => void
  readonly #leave = (): void => this.abandon()
  #timer: NodeJS.Timeout | undefined
  #timedOut = false
  #ended = false
  /** The provider's status, once its head is there. */
  status: number | null = null

  /** @param release gives the place back */
  constructor (timeoutMs: number, left: AbortSignal, release: () => void) {
    this.#timeoutMs = timeoutMs
    this.#left = left
    this.#release = release
    if (left.aborted) this.abandon()
    else left.addEventListener('abort', this.#leave)
  }

  /** Aborted when the connection is to be closed. */
  get signal (): AbortSignal { return this.#controller.signal }

  /** Waits, for as long as one attempt may take. */
  async within<Result> (work: () => Promise<Result>): Promise<Result> {
    this.#timer = setTimeout(() => {
      this.#timedOut = true
      this.abandon()
    }, this.#timeoutMs)
    try {
      return await work()
    } finally {
      clearTimeout(this.#timer)
    }
  }

  /** Closes the connection. */
  abandon (): void {
    if (this.#ended) return
    this.#end()
    this.#controller.abort()
    this.#release()
  }

  /** Ends well. What is left to read is read as far as it is little, so that the connection can be used again. */
  finish (rest?: AsyncIterator<Uint8Array>): void {
    if (this.#ended) return
    this.#end()
    if (rest === undefined) return this.#release()
    const timer = setTimeout(() => this.#controller.abort(), leftover.ms)
    readAway(rest).catch(() => {}).finally(() => {
      clearTimeout(timer)
      this.#controller.abort()
      this.#release()
    })
  }

  #end (): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#left.removeEventListener('abort', this.#leave)
  }

  /** What an error within this exchange means, and its end. @throws when the client has left, the reason of that */
  explain (error: unknown): ProviderFault {
    this.abandon()
    this.#left.throwIfAborted()
    if (error instanceof ProviderFault) return error
    if (this.#timedOut) return new ProviderFault('timeout', this.status)
    return this.status === null ? new ProviderFault('unavailable', null) : new ProviderFault('cut', this.status)
  }
}

async function readAway (rest: AsyncIterator<Uint8Array>): Promise<void> {
  for (let length = 0; length <= leftover.limit;) {
    const { done, value } = await rest.next()
    if (done === true) return
    length += value.length
  }
}
