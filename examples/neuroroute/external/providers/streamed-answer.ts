import type { TokenUsage } from '../../types/providers.ts'
import type { EventStream } from './event-stream.ts'
import type { Exchange } from './exchange.ts'
import { ProviderFault } from './fault.ts'
import { ErrorEvent, FormatError, type StreamReader } from './wire.ts'

/** A streamed answer: its deltas one by one, and what it used at the end. */
export class StreamedAnswer {
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #events: EventStream
  readonly #reader: StreamReader
  readonly #longest: number
  readonly #exchange: Exchange
  #deltas: string[] = []
  #failure: unknown
  #length = 0

  constructor (body: AsyncIterable<Uint8Array>, events: EventStream, reader: StreamReader, longest: number, exchange: Exchange) {
    this.#pieces = body[Symbol.asyncIterator]()
    this.#events = events
    this.#reader = reader
    this.#longest = longest
    this.#exchange = exchange
  }

  /**
   * The next delta, or the usage when there is none any more. Not to be called again before it has resolved.
   * @throws ProviderFault, or the reason why the client left
   */
  async next (): Promise<string | TokenUsage> {
    try {
      for (;;) {
        const delta = this.#deltas.shift()
        if (delta !== undefined) return delta
        // Deltas that came in one piece with a fault are given out before it, so that it makes no difference how they were cut.
        if (this.#failure !== undefined) throw this.#failure
        if (this.#reader.usage !== undefined) {
          this.#exchange.finish(this.#pieces)
          return this.#reader.usage
        }
        const { done, value } = await this.#exchange.within(async () => await this.#pieces.next())
        if (done === true) throw new ProviderFault('cut', 200)
        this.#take(value)
      }
    } catch (error) {
      throw this.#exchange.explain(error)
    }
  }

  /** Closes the connection, if it is still in use. */
  close (): void {
    this.#exchange.abandon()
  }

  #take (piece: Uint8Array): void {
    try {
      this.#length += piece.length
      if (this.#length > this.#longest) throw new RangeError('the answer is too long')
      for (const data of this.#events.push(piece)) {
        const delta = this.#reader.read(data)
        if (delta !== '') this.#deltas.push(delta)
        if (this.#reader.usage !== undefined) return
      }
    } catch (error) {
      if (error instanceof ErrorEvent) this.#failure = new ProviderFault('unavailable', 200)
      else if (error instanceof FormatError || error instanceof RangeError || error instanceof TypeError) this.#failure = new ProviderFault('malformed', 200)
      else throw error
    }
  }
}
