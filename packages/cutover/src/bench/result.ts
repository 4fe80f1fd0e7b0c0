// What a bench found, as it is kept in `<stateDir>/bench/<id>.json` and read by reports. Samples are all here, so that
// every figure can be made again from them.

/** An estimate with the ends of its 95 % interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface MeasuredBackend {
  /** `legacy`, `candidate`, or the name of another. */
  readonly name: string
  /** `Express 5.1.0`, `Fastify 5.8.0`, as far as it can be told. */
  readonly framework: string | undefined
  /** Milliseconds from its start to its first healthy answer, a value a start; empty when it was not started here. */
  readonly startMs: readonly number[]
  /** Resident bytes before the first request and at most, a value a start. */
  readonly idleBytes: readonly number[]
  readonly peakBytes: readonly number[]
}

/** One block of load on one backend. */
export interface Block {
  readonly start: number
  readonly round: number
  readonly backend: string
  /** Requests a second. */
  readonly rate: number
  readonly failed: number
  /** CPU of the backend, milliseconds a request; null where it cannot be told. */
  readonly cpuMs: number | null
  /** The part of one core that the backend, and the generator, were busy: 0 to 1 and more; null where it cannot be told. */
  readonly busy: number | null
  readonly generatorBusy: number | null
  /** The part of the backend's core that other programs, or other tenants of the host, took; null where it cannot be told. */
  readonly foreign?: number | null
  /** Milliseconds, closed-loop. */
  readonly p50: number
  readonly p95: number
}

/** One block of latencies at an offered rate, timed from the moment at which each request was planned. */
export interface LatencyBlock {
  readonly start: number
  readonly round: number
  readonly backend: string
  readonly sent: number
  readonly failed: number
  /** Requests that could not be sent when they were due, beyond a millisecond: many of them, and the generator was the limit. */
  readonly late: number
  /** Milliseconds by percentile: 50, 75, 90, 95, 99, 99.9, 100. */
  readonly percentiles: Readonly<Record<string, number>>
  /** Counts of the histogram: [upper end in milliseconds, count]. */
  readonly histogram: ReadonlyArray<readonly [number, number]>
}

/** One backend against the baseline on one route at one number of connections. A ratio is backend over baseline. */
export interface Comparison {
  readonly backend: string
  /** Requests a second: above 1 is faster. */
  readonly rate: Interval
  /** Milliseconds at the equal offered rate: below 1 is faster; null when latencies were not measured. */
  readonly p50: Interval | null
  readonly p95: Interval | null
  readonly p99: Interval | null
  readonly cpu: Interval | null
}

export interface RouteResult {
  readonly route: string
  readonly feature: string | undefined
  readonly connections: number
  /** Whether all backends gave the same answer; what differed when not. A route whose answers differ is not measured. */
  readonly answers: 'same' | 'different'
  readonly difference?: string
  readonly blocks: readonly Block[]
  /** Requests a second that were offered for latencies, the median over starts; null where none were measured. */
  readonly offered: number | null
  readonly latencies: readonly LatencyBlock[]
  /** The A/A run: a second instance of the baseline against it, which shows what noise alone does. */
  readonly floor: { readonly rate: Interval, readonly p95: Interval | null } | null
  readonly comparisons: readonly Comparison[]
  /** Whether warm-up ended because rates were steady, by backend. */
  readonly steady: Readonly<Record<string, boolean>>
  /** What a reader must know: saturation of the generator, unsteadiness. */
  readonly notes: readonly string[]
}

export interface BenchResult {
  readonly version: 1
  /** Also the name of its file. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly seconds: number
  /** The backend that all others are compared with: legacy. */
  readonly baseline: string
  readonly backends: readonly MeasuredBackend[]
  readonly routes: readonly RouteResult[]
  /** Over all routes: resident memory at its peak and when idle, and time to start, over those of the baseline. */
  readonly overall: ReadonlyArray<{ readonly backend: string, readonly peakMemory: Interval | null, readonly idleMemory: Interval | null, readonly start: Interval | null }>
  readonly environment: { readonly node: string, readonly cpu: string, readonly cores: number, readonly platform: string, readonly generator: string, readonly cutover: string }
  readonly notes: readonly string[]
}
