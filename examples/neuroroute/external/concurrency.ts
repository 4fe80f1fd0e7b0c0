/** A number of places, taken in the order of asking. */
export class Places {
  readonly #count: number
  readonly #waiting = new Set<() => void>()
  #taken = 0

  constructor (count: number) {
    this.#count = count
  }

  get taken (): number { return this.#taken }

  /**
   * Takes a place, once one is free.
   * @param waitMs how long that may take, milliseconds
   * @param left rejects with its reason when it is aborted first
   * @returns gives the place back, however often it is called; null when the time was up
   */
  async take (waitMs: number, left: AbortSignal): Promise<(() => void) | null> {
    left.throwIfAborted()
    if (this.#taken < this.#count) {
      this.#taken++
      return this.#giveBack()
    }
    const entered = await new Promise<boolean>(resolve => {
      const end = (entered: boolean): void => {
        clearTimeout(timer)
        left.removeEventListener('abort', leave)
        this.#waiting.delete(enter)
        resolve(entered)
      }
      const enter = (): void => end(true)
      const leave = (): void => end(false)
      const timer = setTimeout(leave, waitMs)
      left.addEventListener('abort', leave)
      this.#waiting.add(enter)
    })
    if (entered) return this.#giveBack()
    left.throwIfAborted()
    return null
  }

  #giveBack (): () => void {
    let given = false
    return () => {
      if (given) return
      given = true
      // A place goes from one to the next without being free in between, so that nobody overtakes.
      const [next] = this.#waiting
      if (next === undefined) this.#taken--
      else next()
    }
  }
}
