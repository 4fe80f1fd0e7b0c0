import { fault } from '../errors.ts'
import { offeredRate, ratiosOf, shownName, twinName } from './assess.ts'
import { ask } from './ask.ts'
import type { Generator } from './generator/generator.ts'
import type { LoadRequest } from './generator/protocol.ts'
import { orderOf } from './order.ts'
import { cores, pin, pinning } from './process/pinning.ts'
import { forgetPeak, membersOf, usageOfAll } from './process/usage.ts'
import type { Answers, BenchBackend, BenchOptions, BenchPlan, BenchProgress, BenchStage, Instance, PlannedRoute } from './plan.ts'
import type { Block, LatencyBlock, MeasuredBackend } from './result.ts'
import { rampMs, scheduleOf, warmUpOf, type Schedule } from './schedule.ts'
import { median } from './statistics/samples.ts'

/** One route at one number of connections, with all that was measured of it. */
export interface Series {
  readonly route: PlannedRoute
  readonly connections: number
  readonly blocks: Block[]
  readonly latencies: LatencyBlock[]
  /** Requests a second that were offered, a value a start. */
  readonly offered: number[]
}

/** An instance with what is sent to it. */
interface Open {
  readonly name: string
  readonly instance: Instance
  requests: Readonly<Record<string, readonly LoadRequest[]>>
  readonly pids: readonly number[]
}

function coreOf ({ pids }: Open): number | null {
  return pinning && pids.length > 0 ? cores.server : null
}

const askTimeoutMs = 10_000
/** Fewer requests a second tell nothing of percentiles. */
const leastRate = 1
/** A start that would go over the time by more than this part of itself is not begun. */
const overtime = 0.25
/** Of each request, in a warm-up. */
const warmRequests = 2000
const idleWaitMs = 150
/** Other programs may take this part of the backends' core without a word. */
const foreignAllowed = 0.1

/** One bench, from its first start to its last. */
export class Session {
  readonly series: Series[] = []
  readonly refused: Array<{ readonly route: PlannedRoute, readonly difference: string }> = []
  readonly #plan: BenchPlan
  readonly #options: BenchOptions
  readonly #generator: Generator
  readonly #began: number
  readonly #backends: readonly BenchBackend[]
  readonly #measured = new Map<string, { framework: string | undefined, startMs: number[], idleBytes: number[], peakBytes: number[] }>()
  readonly #steady = new Map<string, boolean>()
  #schedule: Schedule | undefined
  #startsDone = 0
  #restarted = true

  constructor (plan: BenchPlan, options: BenchOptions, generator: Generator, began: number) {
    this.#plan = plan
    this.#options = options
    this.#generator = generator
    this.#began = began
    this.#backends = plan.twin === undefined ? plan.backends : [...plan.backends.slice(0, 1), { ...plan.twin, name: twinName }, ...plan.backends.slice(1)]
    for (const { name } of this.#backends) this.#measured.set(name, { framework: undefined, startMs: [], idleBytes: [], peakBytes: [] })
  }

  async run (): Promise<void> {
    for (let start = 0; start < (this.#schedule?.starts ?? 1); start++) {
      const from = performance.now()
      await this.#start(start)
      this.#startsDone = start + 1
      if (this.series.length === 0) return
      const took = performance.now() - from
      const left = this.#options.timeMs - (performance.now() - this.#began)
      if (start >= 1 && left < took * (1 - overtime)) return
    }
  }

  measured (): readonly MeasuredBackend[] {
    return this.#plan.backends.map(({ name }) => ({ name, ...this.#measured.get(name)! }))
  }

  steady (): Readonly<Record<string, boolean>> {
    return Object.fromEntries(this.#steady)
  }

  notes (): string[] {
    const notes: string[] = []
    const unsteady = [...this.#steady].filter(([, steady]) => !steady).map(([name]) => name)
    const foreign = median(this.series.flatMap(({ blocks }) => blocks.flatMap(block => block.foreign ?? [])))
    if (foreign >= foreignAllowed) notes.push(`Other programs took ${Math.round(foreign * 100)} % of the backends' core: on a machine that does nothing else the intervals are narrower and the rates higher.`)
    if (unsteady.length > 0) notes.push(`Rates of ${unsteady.map(shownName).join(', ')} were not steady when warm-up ended: other programs use this machine, or the time is short.`)
    if (this.#startsDone === 1) notes.push('The backends were started once: the luck of a process is not in the intervals.')
    else if (this.#startsDone < 4) notes.push(`The backends were started ${this.#startsDone} times: the intervals are wide. More time makes them narrower.`)
    if (!this.#restarted) notes.push('A backend runs elsewhere and was not started afresh: its memory, CPU and start-up time are unknown, and the luck of its process is not in the intervals.')
    return notes
  }

  async #start (start: number): Promise<void> {
    const from = performance.now()
    const opened: Open[] = []
    try {
      // One after the other, so that each has the machine to itself while it starts; none always first.
      for (const backend of orderOf(this.#backends, start)) opened.push(await this.#open(backend, start))
      const open = this.#backends.map(({ name }) => opened.find(each => each.name === name)!)
      await this.#guarded(open, async signal => {
        const instances = new Map(open.map(({ name, instance }) => [name, instance]))
        for (const each of open) each.requests = await this.#plan.requestsOf(each.name, instances, signal)
        if (start === 0) await this.#compare(open, signal)
        if (this.series.length === 0) return
        await this.#warm(open, start, signal)
        this.#schedule ??= this.#scheduled(performance.now() - from)
        await this.#measure(open, start, this.#schedule, signal)
        for (const { name, instance, pids } of open) {
          const peak = instance.pid === undefined ? null : usageOfAll(pids).peakBytes
          if (peak !== null) this.#measured.get(name)!.peakBytes.push(peak)
        }
      })
    } finally {
      this.#tell('stopping', start, '')
      await Promise.allSettled(opened.map(({ instance }) => instance.stop()))
    }
  }

  async #open (backend: BenchBackend, start: number): Promise<Open> {
    const { signal } = this.#options
    signal?.throwIfAborted()
    this.#tell('starting', start, shownName(backend.name))
    const instance = await backend.open(signal)
    try {
      const known = this.#measured.get(backend.name)!
      known.framework ??= instance.framework
      let pids: readonly number[] = []
      if (instance.pid === undefined) this.#restarted = false
      else {
        if (instance.startMs !== undefined) known.startMs.push(instance.startMs)
        pids = membersOf(instance.pid)
        pin('server', pids)
        await new Promise(resolve => setTimeout(resolve, idleWaitMs))
        const { residentBytes } = usageOfAll(pids)
        if (residentBytes !== null) known.idleBytes.push(residentBytes)
        // What loading it took is not what serving takes.
        forgetPeak(pids)
      }
      return { name: backend.name, instance, pids, requests: {} }
    } catch (error) {
      await instance.stop()
      throw error
    }
  }

  /** Ends the work when a backend ends. */
  async #guarded (open: readonly Open[], work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const died = new AbortController()
    for (const { name, instance } of open) instance.exited.then(reason => died.abort(fault('CUT_BENCH_DIED', name, reason)), () => {})
    const { signal } = this.#options
    await work(signal === undefined ? died.signal : AbortSignal.any([signal, died.signal]))
  }

  /** A route whose answers differ is not measured. */
  async #compare (open: readonly Open[], signal: AbortSignal): Promise<void> {
    const [baseline] = open
    for (const route of this.#plan.routes) {
      this.#tell('comparing', 0, route.name)
      const answers = new Map<string, Answers>()
      for (const { name, instance, requests } of open.filter(each => this.#serves(each.name, route))) {
        const got = []
        for (const request of requests[route.name] ?? []) {
          signal.throwIfAborted()
          got.push(await ask(instance.origin, request, askTimeoutMs).catch((error: Error) => {
            throw fault('CUT_BENCH_UNANSWERED', `${request.method} ${request.path}`, name, error.message)
          }))
        }
        answers.set(name, got)
      }
      const expected = answers.get(baseline!.name) ?? []
      const found = [...answers].filter(([name]) => name !== baseline!.name && name !== twinName).flatMap(([name, other]) => {
        const difference = this.#plan.differenceOf(route.name, baseline!.requests[route.name]!, expected, other, answers.get(twinName))
        return difference === undefined ? [] : [`${name}: ${difference}`]
      })
      if (found.length > 0) this.refused.push({ route, difference: found.join('; ') })
      else for (const connections of this.#options.connections) this.series.push({ route, connections, blocks: [], latencies: [], offered: [] })
      this.#statuses.set(route.name, expected.map(({ status }) => status))
    }
  }

  readonly #statuses = new Map<string, readonly number[]>()

  #requests ({ requests }: Open, route: string): readonly LoadRequest[] {
    return requests[route]!.map((request, at) => ({ ...request, ...(this.#statuses.get(route)?.[at] !== undefined && { status: this.#statuses.get(route)![at]! }) }))
  }

  async #warm (open: readonly Open[], start: number, signal: AbortSignal): Promise<void> {
    const routes = [...new Set(this.series.map(({ route }) => route))]
    const connections = Math.max(...this.#options.connections)
    for (const each of orderOf(open, start)) {
      this.#tell('warming', start, shownName(each.name))
      const requests = routes.filter(route => this.#serves(each.name, route)).flatMap(({ name }) => this.#requests(each, name))
      if (requests.length === 0) continue
      const { steady } = await this.#generator.run({ kind: 'warm', origin: each.instance.origin.origin, requests, connections, ...warmUpOf(this.#options.timeMs, this.#options.warmUpMs), leastRequests: warmRequests * requests.length }, signal)
      this.#steady.set(each.name, steady && this.#steady.get(each.name) !== false)
    }
  }

  async #measure (open: readonly Open[], start: number, { rounds, blockMs }: Schedule, signal: AbortSignal): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      for (const series of this.series) {
        const order = orderOf(open.filter(each => this.#serves(each.name, series.route)), start + round)
        for (const each of order) {
          this.#tell('measuring', start, `${series.route.name}, ${series.connections} connections, ${each.name}`)
          series.blocks.push(await this.#block(each, series, { start, round }, blockMs, signal))
        }
        if (!this.#hasLatencies(series)) continue
        if (round === 0) series.offered.push(offeredRate(series.blocks.filter(block => block.start === start), this.#plan.backends[0]!.name, this.#options.offeredPart))
        const rate = series.offered.at(-1)!
        if (rate < leastRate) continue
        for (const each of order.reverse()) {
          this.#tell('measuring', start, `${series.route.name}, ${series.connections} connections, ${each.name} at ${Math.round(rate)} a second`)
          series.latencies.push(await this.#latencyBlock(each, series, { start, round }, rate, blockMs, signal))
        }
      }
    }
  }

  async #block (each: Open, { route, connections }: Series, place: { readonly start: number, readonly round: number }, ms: number, signal: AbortSignal): Promise<Block> {
    const { requests, ms: took, failed, p50, p95, cpuMs, generatorBusy, foreign } = await this.#generator.run({
      kind: 'closed', origin: each.instance.origin.origin, requests: this.#requests(each, route.name), connections, ms, rampMs, pids: each.pids, core: coreOf(each)
    }, signal)
    return {
      ...place,
      backend: each.name,
      rate: Math.max(0, requests - failed) * 1000 / took,
      failed,
      cpuMs: cpuMs === null || requests === 0 ? null : cpuMs / requests,
      busy: cpuMs === null ? null : cpuMs / took,
      generatorBusy,
      foreign,
      p50,
      p95
    }
  }

  async #latencyBlock (each: Open, { route, connections }: Series, place: { readonly start: number, readonly round: number }, rate: number, ms: number, signal: AbortSignal): Promise<LatencyBlock> {
    // The same moments for all backends of a round: what they differ in is not luck of arrival.
    const seed = (this.#options.seed ?? 1) + place.start * 1000 + place.round
    const { sent, failed, late, percentiles, histogram } = await this.#generator.run({
      kind: 'open', origin: each.instance.origin.origin, requests: this.#requests(each, route.name), connections, rate, ms, rampMs, seed, pids: each.pids, core: coreOf(each)
    }, signal)
    return { ...place, backend: each.name, sent, failed, late, percentiles, histogram }
  }

  #scheduled (overheadMs: number): Schedule {
    const blocks = this.series.reduce((sum, series) => sum + this.#backends.filter(({ name }) => this.#serves(name, series.route)).length * (this.#hasLatencies(series) ? 2 : 1), 0)
    const spent = performance.now() - this.#began - overheadMs
    return scheduleOf({ timeMs: this.#options.timeMs - spent, overheadMs, blocks, starts: this.#options.starts })
  }

  /** Below saturation the number of connections hardly matters: latencies are measured with the most of them. */
  #hasLatencies ({ connections }: Series): boolean {
    return this.#options.latencies !== false && connections === Math.max(...this.#options.connections)
  }

  #serves (backend: string, { name }: PlannedRoute): boolean {
    const routes = this.#backends.find(each => each.name === backend)?.routes
    return routes === undefined || routes.includes(name)
  }

  #tell (stage: BenchStage, start: number, text: string): void {
    const { onProgress } = this.#options
    if (onProgress === undefined) return
    const baseline = this.#plan.backends[0]!.name
    const progress: BenchProgress = {
      stage,
      start: start + 1,
      starts: this.#schedule?.starts,
      text,
      elapsedMs: performance.now() - this.#began,
      // Made in little time: this process has no core of its own.
      soFar: this.series.flatMap(({ route, connections, blocks }) => this.#plan.backends.slice(1).flatMap(({ name }) => {
        const rate = median(ratiosOf(blocks, name, baseline, block => block.rate).flat())
        return Number.isNaN(rate) ? [] : [{ route: route.name, connections, backend: name, rate }]
      }))
    }
    onProgress(progress)
  }
}
