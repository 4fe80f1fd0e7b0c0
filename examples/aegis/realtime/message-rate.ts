/** How many messages one connection may send: a bucket of tokens that fills as time goes by. */
export class MessageRate {
  readonly #perSecond: number
  readonly #burst: number
  #tokens: number
  #at: number

  /** @param now milliseconds of a steady clock */
  constructor (perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#tokens = burst
    this.#at = now
  }

  /** Whether one more message is within the rate; it is counted if so. */
  allows (now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / 1000 * this.#perSecond)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
