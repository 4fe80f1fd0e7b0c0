/** A bound on bytes that several hold at once. */
export class MemoryBudget {
  readonly #limit: number
  #used = 0

  constructor (limit: number) {
    this.#limit = limit
  }

  get used (): number {
    return this.#used
  }

  /** Whether there was room for these bytes, which are held from now on. */
  take (bytes: number): boolean {
    if (this.#used + bytes > this.#limit) return false
    this.#used += bytes
    return true
  }

  give (bytes: number): void {
    this.#used -= bytes
  }
}
