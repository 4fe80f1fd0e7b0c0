import type { GateResult } from '../../../src/config/control.ts'
import type { GateSettings } from '../../../src/config/rollout-settings.ts'
import type { BackendName } from '../../../src/config/target.ts'
import { gatesOf, type Gates, type GatesState } from '../../../src/rollout/gate/gates.ts'
import type { LatencyReading, ProcessReading, Reading } from '../../../src/rollout/reading.ts'

/** What came in a tick: requests with their outcomes and latencies. */
export interface Tick {
  readonly requests?: number
  readonly failures?: number
  readonly fallbacks?: number
  /** Milliseconds of the first of them; the others take `usualMs`. */
  readonly latencies?: readonly number[]
  readonly usualMs?: number
}

/** Counters as the switch keeps them, with the gates that look at them after every tick. */
export class Traffic {
  readonly gates: Gates
  state: GatesState
  share = 1_000
  drawn = true
  breaker: Reading['breaker'] = 'closed'
  excused = false
  parity: Reading['parity'] = { live: { same: 0, different: 0 }, verified: undefined }
  asked: Reading['asked'] = {}
  processes: Partial<Record<BackendName, ProcessReading>> = {}
  drawnTo: Readonly<Record<BackendName, number>> = { legacy: 0, candidate: 0 }
  #at = 0
  #before: Reading | undefined
  readonly #counts = { legacy: side(), candidate: side() }

  constructor (gates: readonly GateSettings[], { sticky = false, alpha = 0.01, before = {} as Tick } = {}) {
    this.gates = gatesOf({ gates, alpha, confidence: 0.95 }, { sticky })
    add(this.#counts.legacy, before)
    this.state = this.gates.enterStage(this.gates.open())
    this.#look()
  }

  /** One tick of traffic, and a look at it. The state goes through JSON, as when it is kept and taken up again. */
  tick ({ candidate = {}, legacy = {}, ms = 100 }: { candidate?: Tick, legacy?: Tick, ms?: number } = {}): this {
    this.#at += ms
    add(this.#counts.candidate, candidate)
    add(this.#counts.legacy, legacy)
    return this.#look()
  }

  ticks (count: number, each: Parameters<Traffic['tick']>[0] | ((place: number) => void)): this {
    for (let place = 0; place < count; place++) {
      if (typeof each === 'function') {
        each(place)
        this.tick()
      } else this.tick(each)
    }
    return this
  }

  enterStage (share: number): this {
    this.share = share
    this.state = this.gates.enterStage(this.state)
    return this
  }

  failure (): GateResult | undefined {
    return this.gates.failure(this.state)
  }

  result (name: string): GateResult {
    const result = this.gates.judge(this.state).find(({ gate }) => gate === name)
    if (result === undefined) throw new Error(`there is no gate ${name}`)
    return result
  }

  #look (): this {
    const now = this.#reading()
    this.state = JSON.parse(JSON.stringify(this.gates.observe(this.state, this.#before, now))) as GatesState
    this.#before = now
    return this
  }

  #reading (): Reading {
    const { legacy, candidate } = this.#counts
    return {
      at: this.#at,
      share: this.share,
      drawn: this.drawn,
      drawnTo: this.drawnTo,
      sides: { legacy: reading(legacy), candidate: reading(candidate) },
      processes: { legacy: this.processes.legacy, candidate: this.processes.candidate },
      breaker: this.breaker,
      excused: this.excused,
      parity: this.parity,
      asked: this.asked
    }
  }
}

type Side = ReturnType<typeof side>

function side () {
  return { requests: 0, failures: 0, fallbacks: 0, latencies: new Array<number>() }
}

/** Fewer than none: counters that begin anew. */
function add (to: Side, { requests = 0, failures = 0, fallbacks = 0, latencies = [], usualMs = 10 }: Tick): void {
  to.requests += requests
  to.failures += failures
  to.fallbacks += fallbacks
  for (let place = 0; place < requests; place++) to.latencies.push(latencies[place] ?? usualMs)
}

function reading ({ requests, failures, fallbacks, latencies }: Side): Reading['sides']['legacy'] {
  return { requests, failures, fallbacks, latencies: new ListedLatencies(latencies, latencies.length) }
}

/** The first so many of a list that is only added to. */
class ListedLatencies implements LatencyReading {
  readonly #all: readonly number[]
  readonly total: number

  constructor (all: readonly number[], total: number) {
    this.#all = all
    this.total = total
  }

  known (): number {
    return this.total
  }

  over (milliseconds: number): number {
    let count = 0
    for (let place = 0; place < this.total; place++) if (this.#all[place]! > milliseconds) count++
    return count
  }

  quantileSince (before: LatencyReading | undefined, part: number): number | null {
    const since = this.#all.slice(before?.total ?? 0, this.total).sort((a, b) => a - b)
    return since[Math.ceil(part * since.length) - 1] ?? null
  }
}
