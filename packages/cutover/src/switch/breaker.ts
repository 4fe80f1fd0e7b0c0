import type { Settings } from '../config/settings.ts'
import { RecentAnswers } from './recent-answers.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

/** How many of its failures say that legacy fails too. */
const failing = 3
/** How many of its good answers say that legacy is well: in a row, whatever came before; when it is asked, unless as many fail. */
const well = 5
/** How large a part legacy must fail, of the part that the candidate fails. */
const alikePart = 0.5

/**
 * Takes a feature off the candidate after a burst of its failures, and lets single requests probe it again.
 * It opens after `failures` in a row, or after that many within the window if they are half of all answers.
 *
 * An outage of something that both sides need is nobody's fault, and moving its requests helps no client: while legacy
 * fails alike, a burst does not open it. Where legacy had no traffic of late, opening is what asks it: if its next answers
 * fail too, the breaker closes again.
 *
 * Time is passed in (milliseconds, any steady clock), so that it can be tested without waiting.
 */
export class Breaker {
  readonly #settings: Settings['breaker']
  readonly #candidate = new RecentAnswers()
  readonly #legacy = new RecentAnswers()
  #legacyAt = -Infinity
  /** Legacy's answers since the candidate's failures in a row began. */
  #legacySince = 0
  #asking = false
  #excused = false
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

  /** Whether it is open to learn from legacy's answers whose fault a burst is: for `openMs` at most. */
  get asking (): boolean {
    return this.#asking
  }

  /** Whether legacy failed as well when the candidate last did, so that the failure is no sign of its own fault. */
  get excused (): boolean {
    return this.#excused
  }

  /** Legacy has answered a request of this feature, by its own share or instead of the candidate. */
  legacyAnswered (failed: boolean, now: number): void {
    this.#legacy.add(failed)
    this.#legacyAt = now
    this.#legacySince++
    if (!this.#asking) return
    const failures = this.#legacy.failures()
    const good = this.#legacy.count - failures
    if (failures >= failing && failures >= good) this.#close()
    else if (good >= well) this.#asking = false
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
    // Legacy has not said enough in all this time: nothing speaks for the candidate.
    this.#asking = false
    return true
  }

  succeeded (now: number): void {
    this.#candidate.add(false)
    this.#excused = false
    if (this.#state === 'closed') {
      this.#inARow = 0
      this.#count(now)
    } else if (this.#state === 'half-open') {
      this.#probeSentAt = -Infinity
      if (++this.#probesPassed >= this.#settings.probes) this.reset()
    }
  }

  failed (now: number): void {
    this.#candidate.add(true)
    if (this.#state === 'closed') {
      if (this.#inARow++ === 0) this.#legacySince = 0
      this.#count(now)
      this.#windowFailures++
    }
    this.#excused = this.#alike(now)
    if (!this.#settings.enabled) return
    if (this.#state === 'half-open') this.#open(now)
    else if (this.#state === 'closed' && this.#isBurst() && !this.#excused) {
      this.#asking = this.#legacySince < failing
      // What it answered before the burst is no word on it.
      if (this.#asking) this.#legacy.clear()
      this.#open(now)
    }
  }

  /** Closes it and forgets all it counted, as when a share is set anew. */
  reset (): void {
    this.#close()
    this.#candidate.clear()
    this.#legacy.clear()
    this.#legacySince = 0
    this.#excused = false
  }

  #isBurst (): boolean {
    const { failures } = this.#settings
    return this.#inARow >= failures || (this.#windowFailures >= failures && this.#windowFailures * 2 >= this.#windowAnswers)
  }

  /**
   * Whether legacy fails about as much: at least half of its answers since the candidate's failures in a row began, or of its
   * last 20 half as large a part as the candidate of its own. 3 failures at least, nothing older than `openMs`, and its last 5
   * answers not all good: a legacy that has recovered excuses nothing.
   */
  #alike (now: number): boolean {
    const legacy = this.#legacy
    if (now - this.#legacyAt > this.#settings.openMs || legacy.endGood(well)) return false
    const since = Math.min(this.#legacySince, legacy.count)
    const lately = legacy.failures(since)
    if (lately >= failing && lately >= alikePart * since) return true
    const failures = legacy.failures()
    return failures >= failing && failures * this.#candidate.count >= alikePart * legacy.count * this.#candidate.failures()
  }

  #close (): void {
    this.#state = 'closed'
    this.#asking = false
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
