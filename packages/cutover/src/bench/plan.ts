import type { ExchangeResponse } from '../message/exchange.ts'
import type { LoadRequest } from './generator/protocol.ts'

/** A running instance of a backend. */
export interface Instance {
  /** Where it answers. */
  readonly origin: URL
  /** The leader of its process group; undefined where it was not started here. */
  readonly pid: number | undefined
  /** Milliseconds from its start to its first healthy answer; undefined where it was not started here. */
  readonly startMs: number | undefined
  /** `Express 5.1.0`, as far as it can be told. */
  readonly framework: string | undefined
  /** Resolves when it has ended by itself, with how; never for one that was not started here. */
  readonly exited: Promise<string>
  stop (): Promise<void>
}

/** A backend that can be started as often as is wanted. */
export interface BenchBackend {
  readonly name: string
  /** The names of the routes that it serves; all when undefined. */
  readonly routes: readonly string[] | undefined
  open (signal: AbortSignal | undefined): Promise<Instance>
}

/** What is measured as one: a request, or several that are sent in turn. */
export interface PlannedRoute {
  readonly name: string
  readonly feature: string | undefined
}

/** What backends answered to the requests of a route, in their order. */
export type Answers = readonly ExchangeResponse[]

/** What a bench measures. */
export interface BenchPlan {
  /** The first is the baseline that the others are compared with. */
  readonly backends: readonly BenchBackend[]
  /** A second instance of the baseline, for the A/A floor; none when left out. */
  readonly twin?: BenchBackend | undefined
  readonly routes: readonly PlannedRoute[]
  /**
   * The requests of each route for one backend, signed in where that is needed; asked after each start.
   * @param instances all backends of this start, by name
   */
  requestsOf (backend: string, instances: ReadonlyMap<string, Instance>, signal: AbortSignal | undefined): Promise<Readonly<Record<string, readonly LoadRequest[]>>>
  /**
   * Says what differs between what the baseline and another backend answered; undefined for nothing that counts.
   * @param twin what the second instance of the baseline answered, which tells what is noise
   */
  differenceOf (route: string, requests: readonly LoadRequest[], baseline: Answers, other: Answers, twin: Answers | undefined): string | undefined
}

export interface BenchOptions {
  /** Numbers of connections that send at once, measured one after the other. */
  readonly connections: readonly number[]
  /** About how long all of it may take, starts and warm-up included. */
  readonly timeMs: number
  /** How often the backends are started afresh at most; fewer where the time does not suffice, two at least. */
  readonly starts: number
  /** Whether latencies at an equal offered rate are measured too, with the most connections; true when left out. */
  readonly latencies?: boolean | undefined
  /** The longest that a backend is warmed up after a start; by the time that there is when left out. */
  readonly warmUpMs?: number | undefined
  /** The part of the slowest backend's rate that is offered to all for latencies; 0.7 when left out. */
  readonly offeredPart?: number | undefined
  /** Where packages are found that cutover does not bring: the folder of the application. */
  readonly folder: string
  /** Any integer: the same one gives the same moments of sending. */
  readonly seed?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: BenchProgress) => void) | undefined
}

export type BenchStage = 'starting' | 'comparing' | 'warming' | 'measuring' | 'stopping'

export interface BenchProgress {
  readonly stage: BenchStage
  /** From 1. */
  readonly start: number
  /** Not known before the first start has shown how long one takes. */
  readonly starts: number | undefined
  /** What is done just now: `list, 50 connections, candidate`. */
  readonly text: string
  readonly elapsedMs: number
  /** What the rounds so far tell: rates over the baseline's. */
  readonly soFar: ReadonlyArray<{ readonly route: string, readonly connections: number, readonly backend: string, readonly rate: number }>
}
