import type { BackendStats } from '../config/admin-api.ts'
import type { Cell, FallbackCause } from './cell.ts'
import { ceilingMs, LatencyHistogram, RecentLatencies } from './latency-histogram.ts'
import { Latencies, type CellReading, type UnderWay } from './side-reading.ts'

/** How an answer is counted: by the first digit of its status, or as left by the client before it came. */
export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx' | 'aborted'

const classes: readonly StatusClass[] = ['aborted', '1xx', '2xx', '3xx', '4xx', '5xx']
const [aborted, , , , clientError, serverError] = [0, 1, 2, 3, 4, 5] as const
const causes: readonly FallbackCause[] = ['unreachable', 'timeout', 'broken', 'status']

/** Upper bounds in seconds of `http.server.request.duration`, as OpenTelemetry's HTTP conventions advise. */
export const bucketBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

const boundsMs = Float64Array.from(bucketBounds, seconds => seconds * 1000)
const buckets = boundsMs.length + 1
const windowMs = 30_000
const rateMs = 10_000

/** Percentiles in milliseconds, each within 1 %; null when nothing was counted. */
export interface Percentiles {
  readonly count: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

export interface RecorderSnapshot {
  /** One entry a status class that occurred; `buckets[i]` counts answers over bound i-1 and at or under bound i, the last those over all. */
  readonly answers: ReadonlyArray<{ readonly statusClass: StatusClass, readonly count: number, readonly sumSeconds: number, readonly buckets: readonly number[] }>
  readonly fallbacks: Readonly<Record<FallbackCause, number>>
  /** Over the last 30 to 60 s. */
  readonly recent: Percentiles
  /** Since the start. */
  readonly total: Percentiles
  readonly stats: BackendStats
}

/** A cell with its readings. Times are monotonic milliseconds; `tick` must come before a reading. */
export interface Recorder extends Cell {
  tick (now: number): void
  stats (now: number): BackendStats
  snapshot (now: number): RecorderSnapshot
  /** For requests that a tester forces: all but a reading counts them. */
  readonly forced: Cell
  /** Needs no `tick`. */
  reading (underWay?: UnderWay): CellReading
}

/**
 * Counts and latencies of one feature on one backend. `record` allocates nothing and reads no clock.
 * Percentiles leave out requests whose client left first: they have no answer to time.
 * @param start monotonic milliseconds
 */
export function createRecorder (start: number): Recorder {
  return new WindowedRecorder(start)
}

class WindowedRecorder implements Recorder {
  readonly forced: Cell = { record: (status, milliseconds) => this.#recordForced(status, milliseconds), fellBack: cause => this.fellBack(cause) }
  #forced: WindowedRecorder | undefined
  readonly #counts = new Float64Array(classes.length * buckets)
  readonly #sumsMs = new Float64Array(classes.length)
  readonly #fallbacks: Record<FallbackCause, number> = { unreachable: 0, timeout: 0, broken: 0, status: 0 }
  #requests = 0
  readonly #latencies: RecentLatencies
  readonly #answered: LatencyHistogram
  /** How long clients waited that then left. */
  readonly #left = new LatencyHistogram()
  /** What readings share as long as nothing is recorded. */
  #answeredThen = new LatencyHistogram()
  #leftThen = this.#answeredThen
  readonly #samples: Array<{ at: number, requests: number }>

  constructor (start: number) {
    this.#latencies = new RecentLatencies(windowMs, start)
    this.#answered = this.#latencies.all
    this.#samples = [{ at: start, requests: 0 }]
  }

  record (status: number, milliseconds: number): void {
    const ms = milliseconds > 0 ? Math.min(milliseconds, ceilingMs) : 0
    const kind = status >= 100 && status < 600 ? (status / 100) | 0 : status === 0 ? aborted : serverError
    let bucket = 0
    while (bucket < boundsMs.length && ms > boundsMs[bucket]!) bucket++
    this.#counts[kind * buckets + bucket]!++
    this.#sumsMs[kind]! += ms
    this.#requests++
    if (kind !== aborted) this.#answered.record(Math.round(ms * 1000))
    else this.#left.record(Math.round(ms * 1000))
  }

  fellBack (cause: FallbackCause): void {
    this.#fallbacks[cause]++
  }

  tick (now: number): void {
    this.#latencies.tick(now)
    const samples = this.#samples
    if (now - samples.at(-1)!.at < 1000) return
    samples.push({ at: now, requests: this.#requests })
    while (samples.length > 2 && now - samples[1]!.at >= rateMs) samples.shift()
  }

  stats (now: number): BackendStats {
    return this.#stats(now, percentiles(this.#latencies.recent()))
  }

  snapshot (now: number): RecorderSnapshot {
    const recent = percentiles(this.#latencies.recent())
    return {
      answers: classes.flatMap((statusClass, kind) => {
        const counts = Array.from(this.#counts.subarray(kind * buckets, (kind + 1) * buckets))
        const count = counts.reduce((sum, n) => sum + n, 0)
        return count === 0 ? [] : [{ statusClass, count, sumSeconds: this.#sumsMs[kind]! / 1000, buckets: counts }]
      }),
      fallbacks: { ...this.#fallbacks },
      recent,
      total: percentiles(this.#answered),
      stats: this.#stats(now, recent)
    }
  }

  reading (underWay?: UnderWay): CellReading {
    this.#answeredThen = kept(this.#answeredThen, this.#answered, this.#forced === undefined ? undefined : this.#forced.#answered)
    this.#leftThen = kept(this.#leftThen, this.#left, this.#forced === undefined ? undefined : this.#forced.#left)
    // What was forced is not kept by its time: then there is no last minute.
    const lately = this.#forced === undefined ? this.#latencies.before : this.#answeredThen
    const latencies = new Latencies(this.#answeredThen, this.#leftThen, lately, underWay)
    return { requests: latencies.total, failures: this.#count(serverError) - (this.#forced === undefined ? 0 : this.#forced.#count(serverError)), fallbacks: this.#fellBack(), latencies }
  }

  #stats (now: number, recent: Percentiles): BackendStats {
    const oldest = this.#samples[0]!
    return {
      requests: this.#requests,
      errors: this.#count(serverError),
      clientErrors: this.#count(clientError),
      aborted: this.#count(aborted),
      fallbacks: this.#fellBack(),
      perSecond: (this.#requests - oldest.requests) / (Math.max(now - oldest.at, 1000) / 1000),
      p50Ms: recent.p50Ms,
      p95Ms: recent.p95Ms,
      p99Ms: recent.p99Ms
    }
  }

  #recordForced (status: number, milliseconds: number): void {
    this.record(status, milliseconds)
    this.#forced ??= new WindowedRecorder(0)
    this.#forced.record(status, milliseconds)
  }

  #fellBack (): number {
    return causes.reduce((sum, cause) => sum + this.#fallbacks[cause], 0)
  }

  #count (kind: number): number {
    let sum = 0
    for (let bucket = 0; bucket < buckets; bucket++) sum += this.#counts[kind * buckets + bucket]!
    return sum
  }
}

/** A copy of a histogram as it is now, less what is also in another: the one that was made last, if that is still true. */
function kept (last: LatencyHistogram, now: LatencyHistogram, without: LatencyHistogram | undefined): LatencyHistogram {
  if (last.total === now.total - (without === undefined ? 0 : without.total)) return last
  return without === undefined ? now.copy() : now.since(without)
}

function percentiles (of: LatencyHistogram): Percentiles {
  return { count: of.total, p50Ms: of.quantile(0.5), p95Ms: of.quantile(0.95), p99Ms: of.quantile(0.99) }
}
