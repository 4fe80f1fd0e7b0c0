/** A request as the load generator sends it, over and over. */
export interface LoadRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** What a good answer's status is; any below 400 when left out. */
  readonly status?: number
}

interface Target {
  /** `http://127.0.0.1:3001`. */
  readonly origin: string
  /** Sent in turn. */
  readonly requests: readonly LoadRequest[]
  readonly connections: number
}

interface Watched {
  /** The processes whose CPU is read. */
  readonly pids: readonly number[]
  /** The core that they are held to; null where they are not. */
  readonly core: number | null
}

/** As many requests as the connections carry, each sending its next one when it has its answer. */
export interface ClosedTask extends Target, Watched {
  readonly kind: 'closed'
  readonly ms: number
  /** Sent before, and not counted. */
  readonly rampMs: number
}

/** Load until the rates of slices are steady. */
export interface WarmTask extends Target {
  readonly kind: 'warm'
  readonly sliceMs: number
  readonly leastMs: number
  readonly mostMs: number
  /** Compilers count calls, not seconds: it does not end before so many answers, but for `mostMs`. */
  readonly leastRequests: number
}

/** Requests at a rate, whatever the answers do. */
export interface OpenTask extends Target, Watched {
  readonly kind: 'open'
  /** Requests a second. */
  readonly rate: number
  readonly ms: number
  readonly rampMs: number
  readonly seed: number
}

export type LoadTask = ClosedTask | WarmTask | OpenTask

export interface ClosedResult {
  readonly requests: number
  readonly ms: number
  readonly failed: number
  /** Milliseconds from sending to the whole answer. */
  readonly p50: number
  readonly p95: number
  /** CPU milliseconds that the watched processes used in that time. */
  readonly cpuMs: number | null
  /** The part of one core that the generator used: 0 to 1. */
  readonly generatorBusy: number
  /** The part of the backend's core that others took; null where it cannot be told. */
  readonly foreign: number | null
}

export interface WarmResult {
  readonly steady: boolean
  /** Requests a second, slice by slice. */
  readonly rates: readonly number[]
  readonly failed: number
}

export interface OpenResult {
  readonly sent: number
  readonly failed: number
  readonly late: number
  readonly percentiles: Readonly<Record<string, number>>
  readonly histogram: ReadonlyArray<readonly [number, number]>
  readonly cpuMs: number | null
}

export type ResultOf<Task extends LoadTask> = Task extends ClosedTask ? ClosedResult : Task extends WarmTask ? WarmResult : OpenResult

/** What the generator's process is sent, first of all where to find the packages that it needs. */
export type GeneratorMessage = { readonly folder: string } | { readonly id: number, readonly task: LoadTask } | { readonly stop: number }

/** What it says. */
export type GeneratorReport =
  | { readonly ready: true }
  | { readonly missing: { readonly code: string, readonly message: string } }
  | { readonly id: number, readonly result: unknown }
  | { readonly id: number, readonly error: string }
