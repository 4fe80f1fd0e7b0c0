/** A moment by which something must have happened. Cheap to set and clear: it is one for every request. */
export class Deadline {
  previous: Deadline | undefined = undefined
  next: Deadline | undefined = undefined
  list: Deadlines | undefined = undefined
  at = 0
  // Not #private: that costs at every request.
  private readonly subject: unknown
  private readonly missed: (subject: never) => void

  private constructor (subject: unknown, missed: (subject: never) => void) {
    this.subject = subject
    this.missed = missed
  }

  /** @param missed is given the subject, so that one function serves all and none is made for each request */
  static for<T> (subject: T, missed: (subject: T) => void): Deadline {
    return new Deadline(subject, missed)
  }

  miss (): void {
    this.missed(this.subject as never)
  }

  get armed (): boolean {
    return this.list !== undefined
  }

  disarm (): void {
    this.list?.remove(this)
  }
}

/**
 * Deadlines that all lie the same time ahead, so that a linked list keeps them in order and one timer serves all.
 * A missed one is noticed within a tenth of its time, and within 100 ms at most.
 */
export class Deadlines {
  readonly #afterMs: number
  readonly #tickMs: number
  #first: Deadline | undefined
  #last: Deadline | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param afterMs milliseconds; Infinity never ends */
  constructor (afterMs: number) {
    this.#afterMs = afterMs
    this.#tickMs = Math.max(1, Math.min(100, afterMs / 10))
  }

  add (deadline: Deadline, now = performance.now()): void {
    if (this.#afterMs === Infinity) return
    deadline.list = this
    deadline.at = now + this.#afterMs
    deadline.previous = this.#last
    if (this.#last === undefined) this.#first = deadline
    else this.#last.next = deadline
    this.#last = deadline
    this.#timer ??= setInterval(this.#tick, this.#tickMs).unref()
  }

  remove (deadline: Deadline): void {
    const { previous, next } = deadline
    if (previous === undefined) this.#first = next
    else previous.next = next
    if (next === undefined) this.#last = previous
    else next.previous = previous
    deadline.list = deadline.previous = deadline.next = undefined
  }

  close (): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  readonly #tick = (): void => {
    const now = performance.now()
    while (this.#first !== undefined && this.#first.at <= now) {
      const deadline = this.#first
      this.remove(deadline)
      deadline.miss()
    }
    // The timer stays while there is traffic: it is stopped by a tick that finds nothing to watch.
    if (this.#first === undefined) this.close()
  }
}
