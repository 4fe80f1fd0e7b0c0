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
  readonly #counts: Uint32Array | Float64Array
  #total = 0

  /** @param lasting for counts that are never reset, which could outgrow 32 bits */
  constructor (lasting = false) {
    this.#counts = lasting ? new Float64Array(size) : new Uint32Array(size)
  }

  get total (): number {
    return this.#total
  }

  /** @param microseconds an integer from 0 to that of {@link ceilingMs} */
  record (microseconds: number): void {
    this.#counts[indexOf(microseconds)]!++
    this.#total++
  }

  add (other: LatencyHistogram): void {
    for (let index = 0; index < size; index++) this.#counts[index]! += other.#counts[index]!
    this.#total += other.#total
  }

  reset (): void {
    this.#counts.fill(0)
    this.#total = 0
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

function indexOf (microseconds: number): number {
  const shift = Math.max(0, 31 - halfBits - Math.clz32(microseconds))
  return (shift << halfBits) + (microseconds >> shift)
}

function highestAt (index: number): number {
  const shift = Math.max(0, (index >> halfBits) - 1)
  return ((index - (shift << halfBits) + 1) << shift) - 1
}

/** Two windows of equal length that follow each other, so that a reading covers one to two lengths back. */
export class RecentLatencies {
  readonly #lengthMs: number
  readonly #retired: LatencyHistogram
  #start: number
  #current = new LatencyHistogram()
  #previous = new LatencyHistogram()

  /**
   * @param lengthMs of one window
   * @param start monotonic milliseconds
   * @param retired gets what falls out of the windows
   */
  constructor (lengthMs: number, start: number, retired: LatencyHistogram) {
    this.#lengthMs = lengthMs
    this.#start = start
    this.#retired = retired
  }

  record (microseconds: number): void {
    this.#current.record(microseconds)
  }

  /** @param now monotonic milliseconds */
  tick (now: number): void {
    const age = now - this.#start
    if (age < this.#lengthMs) return
    this.#retire(this.#previous)
    if (age >= 2 * this.#lengthMs) this.#retire(this.#current)
    const emptied = this.#previous
    this.#previous = this.#current
    this.#current = emptied
    this.#start = now - age % this.#lengthMs
  }

  /** Both windows in a new histogram. */
  merged (): LatencyHistogram {
    const merged = new LatencyHistogram(true)
    merged.add(this.#previous)
    merged.add(this.#current)
    return merged
  }

  #retire (window: LatencyHistogram): void {
    if (window.total === 0) return
    this.#retired.add(window)
    window.reset()
  }
}
