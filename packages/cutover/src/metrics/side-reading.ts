import { isOver, type LatencyHistogram, microsecondsOf } from './latency-histogram.ts'

/** Requests that have no answer yet. */
export interface UnderWay {
  /** How long each has been under way, milliseconds. */
  readonly agesMs: readonly number[]
  /** From what age on one is counted as a request, whatever becomes of it. */
  readonly overdueMs: number
}

/** Answers that are enough for a quantile of their own. */
const enough = 2_000
const nothing: UnderWay = Object.freeze({ agesMs: Object.freeze([]), overdueMs: Infinity })

/** Latencies as they stood at one moment; only grow from one reading to the next of the same counters. */
export class Latencies {
  readonly total: number
  readonly #answered: LatencyHistogram
  readonly #left: LatencyHistogram
  readonly #lately: LatencyHistogram
  readonly #agesUs: readonly number[]
  readonly #overdueUs: number

  /**
   * @param answered of answers; not changed any more
   * @param left how long clients waited that gave up; not changed any more
   * @param lately answers as they stood a minute ago
   */
  constructor (answered: LatencyHistogram, left: LatencyHistogram, lately: LatencyHistogram, { agesMs, overdueMs }: UnderWay = nothing) {
    this.#answered = answered
    this.#left = left
    this.#lately = lately
    this.#agesUs = agesMs.map(microsecondsOf)
    this.#overdueUs = microsecondsOf(overdueMs)
    this.total = this.known(overdueMs)
  }

  /** How many took longer, or have been waited for longer. */
  over (milliseconds: number): number {
    const bound = microsecondsOf(milliseconds)
    return this.#answered.over(bound) + this.#outlived(bound)
  }

  /** Of how many it is known whether they took longer. */
  known (milliseconds: number): number {
    return this.#answered.total + this.#outlived(microsecondsOf(milliseconds))
  }

  /**
   * Milliseconds that a part of what was answered since another reading of the same counters, or is overdue now, is at or
   * under; null when nothing was. Without another reading it is of the last 30 to 60 s, and of all where those were few.
   */
  quantileSince (before: unknown, part: number): number | null {
    const since = before instanceof Latencies ? this.#since(before) : this.#recent()
    for (const age of this.#agesUs) if (isOver(age, this.#overdueUs)) since.record(age)
    return since.quantile(part)
  }

  #since (before: Latencies): LatencyHistogram {
    const since = this.#answered.since(before.#answered)
    if (this.#left.total > 0) since.addOver(this.#left.since(before.#left), this.#overdueUs)
    return since
  }

  #recent (): LatencyHistogram {
    return this.#answered.total - this.#lately.total >= enough ? this.#answered.since(this.#lately) : this.#answered.copy()
  }

  #outlived (bound: number): number {
    let count = this.#left.total === 0 ? 0 : this.#left.over(bound)
    for (const age of this.#agesUs) if (isOver(age, bound)) count++
    return count
  }
}

/** What one backend did for one feature, up to one moment. */
export interface CellReading {
  /** Requests that were answered or failed, and those that are overdue. */
  readonly requests: number
  /** Answers of 500 and above; those that legacy answered instead are among them. */
  readonly failures: number
  readonly fallbacks: number
  readonly latencies: Latencies
}
