const most = 20
const mask = 2 ** most - 1

/** Whether each of the last 20 answers was a failure. Adding one takes a few operations: it is done for every request. */
export class RecentAnswers {
  #failed = 0
  #count = 0

  /** How many are known, at most 20. */
  get count (): number {
    return this.#count
  }

  /** How many of the last so many were failures. */
  failures (last = most): number {
    let failures = 0
    for (let left = this.#failed & (2 ** Math.min(last, most) - 1); left !== 0; left &= left - 1) failures++
    return failures
  }

  add (failed: boolean): void {
    this.#failed = ((this.#failed << 1) | (failed ? 1 : 0)) & mask
    if (this.#count < most) this.#count++
  }

  /** Whether the last so many were all good. */
  endGood (count: number): boolean {
    return this.#count >= count && this.failures(count) === 0
  }

  clear (): void {
    this.#failed = this.#count = 0
  }
}
