import type { GateResult } from '../config/control.ts'
import type { Gates, GatesState } from './gate/gates.ts'
import type { MetricSource } from './ports.ts'
import type { Reading } from './reading.ts'
import type { Progress } from './state.ts'

/** What was seen at one tick. */
export interface Seen {
  /** The candidate's requests in all; undefined when nothing can be known now. */
  readonly requests: number | undefined
  readonly results: readonly GateResult[]
}

/** Judging is slower than asking for a failure, which every tick does. */
const judgeEveryMs = 250

/** The evidence of the rollout that is under way: its source is watched, and its gates see every reading. */
export class Watched {
  readonly rollout: string
  readonly feature: string
  readonly #source: MetricSource
  readonly #gates: Gates
  readonly #release: () => void
  #state: GatesState
  #stage = ''
  #before: Reading | undefined
  #reading = false
  #results: readonly GateResult[] = []
  #judgedAt = Number.NEGATIVE_INFINITY

  constructor ({ rollout, feature }: Progress, source: MetricSource, gates: Gates) {
    this.rollout = rollout
    this.feature = feature
    this.#source = source
    this.#gates = gates
    this.#state = gates.open()
    this.#release = source.watch(feature)
  }

  /**
   * Reads, unless the reading before is still under way: then nothing is known.
   * @throws what the source throws
   */
  async read (timeoutMs: number): Promise<Reading | undefined> {
    if (this.#reading) return undefined
    const asked = this.#source.read(this.feature)
    if (!(asked instanceof Promise)) return asked
    this.#reading = true
    const answered = asked.finally(() => { this.#reading = false })
    // Whoever waits no longer does not hear of its failure.
    answered.catch(() => {})
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>(resolve => { timer = setTimeout(resolve, timeoutMs, undefined) })
    return await Promise.race([answered, late]).finally(() => clearTimeout(timer))
  }

  /** Shows a reading to the gates of the stage that is held. */
  look (progress: Progress, reading: Reading | undefined, now: number): Seen {
    const stage = `${progress.stage} ${progress.heldSince}`
    if (stage !== this.#stage) {
      this.#stage = stage
      this.#state = this.#gates.enterStage(this.#state)
      this.#results = []
      this.#judgedAt = Number.NEGATIVE_INFINITY
    }
    if (reading === undefined) return { requests: undefined, results: this.#results }
    this.#state = this.#gates.observe(this.#state, this.#before, reading)
    this.#before = reading
    if (this.#gates.failure(this.#state) !== undefined || now - this.#judgedAt >= judgeEveryMs) {
      this.#results = this.#gates.judge(this.#state)
      this.#judgedAt = now
    }
    return { requests: reading.sides.candidate.requests, results: this.#results }
  }

  close (): void {
    this.#release()
  }
}
