import { setTimeout as wait } from 'node:timers/promises'

export interface PaceOptions {
  readonly concurrency: number
  /** A second. */
  readonly rate?: number | undefined
  readonly speed?: number | undefined
  /** When the recording began, milliseconds since 1970. */
  readonly begin: number
  readonly signal?: AbortSignal | undefined
  /** Milliseconds, monotonic. */
  readonly now?: () => number
}

/** When a request may be sent: by the recorded pace, the rate, and how many are in flight. */
export class Pace {
  readonly #options: PaceOptions
  readonly #now: () => number
  readonly #started: number
  readonly #waiting: Array<() => void> = []
  #free: number
  #nextSlot: number
  /** By how much the recorded pace was missed at worst, milliseconds. */
  lateMs = 0

  constructor (options: PaceOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#started = this.#now()
    this.#nextSlot = this.#started
    this.#free = options.concurrency
  }

  /** Waits until a moment of the recording has come; does not wait where no speed is given. */
  async until (recordedAt: number): Promise<void> {
    const { speed, begin } = this.#options
    if (speed === undefined || Number.isNaN(recordedAt)) return
    await this.#waitFor(this.#started + (recordedAt - begin) / speed)
  }

  /**
   * Waits until a request may be sent.
   * @returns what must be called when it is answered
   * @throws the signal's reason when it is aborted
   */
  async admit (recordedAt: number): Promise<() => void> {
    await this.until(recordedAt)
    const { rate, speed, begin } = this.#options
    if (rate !== undefined) {
      const slot = Math.max(this.#nextSlot, this.#now())
      this.#nextSlot = slot + 1000 / rate
      await this.#waitFor(slot)
    }
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => { this.#waiting.push(resolve) })
    if (speed !== undefined && !Number.isNaN(recordedAt)) this.lateMs = Math.max(this.lateMs, this.#now() - this.#started - (recordedAt - begin) / speed)
    let released = false
    return () => {
      if (released) return
      released = true
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }

  async #waitFor (moment: number): Promise<void> {
    this.#options.signal?.throwIfAborted()
    const ms = moment - this.#now()
    if (ms > 0) await wait(ms, undefined, { signal: this.#options.signal })
  }
}
