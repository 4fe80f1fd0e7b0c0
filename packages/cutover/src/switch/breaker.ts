import type { Settings } from '../config/settings.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

/**
 * Takes a feature off the candidate after a burst of its failures, and lets single requests probe it again.
 * It opens after `failures` in a row, or after that many within the window if they are half of all answers.
 * Time is passed in (milliseconds, any steady clock), so that it can be tested without waiting.
 */
export class Breaker {
  readonly #settings: Settings['breaker']
  #state: BreakerState = 'closed'
  #inARow = 0
  #windowStart = -Infinity
  #windowAnswers = 0
  #windowFailures = 0
  #openedAt = 0
  #probeSentAt = -Infinity
  #probesPassed = 0

  constructor (settings: Settings['breaker']) {
    this.#settings = settings
  }

  get state (): BreakerState {
    return this.#state
  }

  /**
   * Whether a request may go to the candidate now. When it is open long enough, this answers yes for one probe at
   * a time; a safe request may probe at once, an unsafe one only when no safe one came for as long again.
   */
  allows (now: number, safe: boolean): boolean {
    if (this.#state === 'closed' || !this.#settings.enabled) return true
    const { openMs } = this.#settings
    if (now - this.#openedAt < (safe ? openMs : 2 * openMs)) return false
    // A probe that never answered must not keep the breaker half open for ever.
    if (this.#state === 'half-open' && now - this.#probeSentAt < openMs) return false
    this.#state = 'half-open'
    this.#probeSentAt = now
    return true
  }

  succeeded (now: number): void {
    if (this.#state === 'closed') {
      this.#inARow = 0
      this.#count(now)
    } else if (this.#state === 'half-open') {
      this.#probeSentAt = -Infinity
      if (++this.#probesPassed >= this.#settings.probes) this.reset()
    }
  }

  failed (now: number): void {
    if (!this.#settings.enabled) return
    if (this.#state === 'half-open') {
      this.#open(now)
    } else if (this.#state === 'closed') {
      this.#inARow++
      this.#count(now)
      this.#windowFailures++
      const { failures } = this.#settings
      if (this.#inARow >= failures || (this.#windowFailures >= failures && this.#windowFailures * 2 >= this.#windowAnswers)) this.#open(now)
    }
  }

  /** Closes it and forgets all it counted, as when a share is set anew. */
  reset (): void {
    this.#state = 'closed'
    this.#inARow = this.#windowAnswers = this.#windowFailures = this.#probesPassed = 0
    this.#windowStart = -Infinity
  }

  #count (now: number): void {
    if (now - this.#windowStart > this.#settings.windowMs) {
      this.#windowStart = now
      this.#windowAnswers = this.#windowFailures = 0
    }
    this.#windowAnswers++
  }

  #open (now: number): void {
    this.#state = 'open'
    this.#openedAt = now
    this.#probesPassed = 0
    this.#probeSentAt = -Infinity
    this.#inARow = this.#windowAnswers = this.#windowFailures = 0
  }
}
