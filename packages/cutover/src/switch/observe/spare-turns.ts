/** However busy clients keep the thread, a piece of work is not put off for longer. */
const patienceMs = 100
/** A piece that takes longer is followed by a rest of this many times as long. */
const longMs = 2
const restFactor = 4

/**
 * Does work piece by piece, each in a turn of the event loop in which no client's request moved: what clients have sent
 * is read and answered first, and one of them waits for one piece at most.
 */
export class SpareTurns {
  readonly #work: Array<() => void> = []
  #moved = false
  #lastAt = 0
  #scheduled = false
  #resting: NodeJS.Timeout | undefined
  #closed = false

  /** A client's request has come or gone in this turn. */
  moved (): void {
    this.#moved = true
  }

  /** @param piece must not throw; dropped when this is closed */
  add (piece: () => void): void {
    if (this.#closed) return
    if (this.#work.length === 0) this.#lastAt = performance.now()
    this.#work.push(piece)
    this.#schedule()
  }

  close (): void {
    this.#closed = true
    this.#work.length = 0
    clearTimeout(this.#resting)
  }

  #schedule (): void {
    if (this.#scheduled || this.#resting !== undefined || this.#work.length === 0) return
    this.#scheduled = true
    setImmediate(this.#turn)
  }

  readonly #turn = (): void => {
    this.#scheduled = false
    const begun = performance.now()
    const isQuiet = !this.#moved || begun - this.#lastAt > patienceMs
    this.#moved = false
    if (isQuiet && this.#work.length > 0) {
      this.#lastAt = begun
      this.#work.shift()!()
      const tookMs = performance.now() - begun
      if (tookMs >= longMs) this.#rest(tookMs * restFactor)
    }
    this.#schedule()
  }

  #rest (ms: number): void {
    if (this.#closed) return
    this.#resting = setTimeout(() => {
      this.#resting = undefined
      this.#schedule()
    }, ms).unref()
  }
}
