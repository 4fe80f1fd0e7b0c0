/**
 * A clock that is read once a turn of the event loop, for who needs milliseconds and not microseconds: under load, one
 * reading serves all requests that came in together.
 */
export class TurnClock {
  #now = 0
  #stale = true

  /** Monotonic milliseconds, as at the first asking in this turn. */
  now (): number {
    if (this.#stale) {
      this.#now = performance.now()
      this.#stale = false
      setImmediate(this.#forget)
    }
    return this.#now
  }

  readonly #forget = (): void => { this.#stale = true }
}
