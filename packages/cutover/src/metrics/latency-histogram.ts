const halfBits = 7
/** The longest latency that is told apart: ten minutes. */
export const ceilingMs = 600_000
const size = indexOf(ceilingMs * 1000) + 1

/**
 * Latencies in a fixed array of counts, in the layout of HdrHistogram: linear up to 255 µs, then 128 steps for each
 * doubling, so that a percentile is over by less than 1 %. It is here because recording is on the path of every
 * request: hdr-histogram-js takes 70 ns and more for it (two logarithms), this takes a few.
 */
export class LatencyHistogram {
  // Doubles: what is never reset outgrows 32 bits.
  readonly #counts: Float64Array
  #total: number

  constructor (counts: Float64Array = new Float64Array(size), total = 0) {
    this.#counts = counts
    this.#total = total
  }

  get total (): number {
    return this.#total
  }

  /** @param microseconds an integer from 0 to that of {@link ceilingMs} */
  record (microseconds: number): void {
    this.#counts[indexOf(microseconds)]!++
    this.#total++
  }

  copy (): LatencyHistogram {
    return new LatencyHistogram(this.#counts.slice(), this.#total)
  }

  /** What was recorded here after an earlier copy of this was made. */
  since (before: LatencyHistogram): LatencyHistogram {
    const counts = this.#counts.slice()
    for (let index = 0; index < size; index++) counts[index]! -= before.#counts[index]!
    return new LatencyHistogram(counts, this.#total - before.#total)
  }

  /** Takes up those records of another that are over a bound. @param microseconds as `over` takes them */
  addOver (other: LatencyHistogram, microseconds: number): void {
    for (let index = indexOf(microseconds) + 1; index < size; index++) {
      this.#counts[index]! += other.#counts[index]!
      this.#total += other.#counts[index]!
    }
  }

  /** How many records are over a bound, by less than 1 % too few. @param microseconds as `record` takes them */
  over (microseconds: number): number {
    let count = 0
    for (let index = indexOf(microseconds) + 1; index < size; index++) count += this.#counts[index]!
    return count
  }

  /**
   * The latency in milliseconds that a part of all records is at or under; null without records.
   * @param part from 0 to 1
   */
  quantile (part: number): number | null {
    const rank = Math.max(1, Math.ceil(part * this.#total))
    let seen = 0
    for (let index = 0; index < size; index++) {
      seen += this.#counts[index]!
      if (seen >= rank) return highestAt(index) / 1000
    }
    return null
  }
}

/** Milliseconds as a histogram takes them, whatever they are. */
export function microsecondsOf (milliseconds: number): number {
  return Math.round((milliseconds > 0 ? Math.min(milliseconds, ceilingMs) : 0) * 1000)
}

/** Whether a latency is over a bound as `LatencyHistogram.over` counts it; both in microseconds. */
export function isOver (latency: number, bound: number): boolean {
  return indexOf(latency) > indexOf(bound)
}

function indexOf (microseconds: number): number {
  const shift = Math.max(0, 31 - halfBits - Math.clz32(microseconds))
  return (shift << halfBits) + (microseconds >> shift)
}

function highestAt (index: number): number {
  const shift = Math.max(0, (index >> halfBits) - 1)
  return ((index - (shift << halfBits) + 1) << shift) - 1
}

/** All latencies, and of them those of the last one to two windows. */
export class RecentLatencies {
  readonly all = new LatencyHistogram()
  readonly #lengthMs: number
  #start: number
  #atStart = this.all.copy()
  #atStartBefore = this.#atStart

  /**
   * @param lengthMs of one window
   * @param start monotonic milliseconds
   */
  constructor (lengthMs: number, start: number) {
    this.#lengthMs = lengthMs
    this.#start = start
  }

  /** @param now monotonic milliseconds */
  tick (now: number): void {
    const age = now - this.#start
    if (age < this.#lengthMs) return
    const copy = this.all.copy()
    this.#atStartBefore = age >= 2 * this.#lengthMs ? copy : this.#atStart
    this.#atStart = copy
    this.#start = now - age % this.#lengthMs
  }

  /** A copy of all as they were one to two windows ago. */
  get before (): LatencyHistogram {
    return this.#atStartBefore
  }

  recent (): LatencyHistogram {
    return this.all.since(this.#atStartBefore)
  }
}
