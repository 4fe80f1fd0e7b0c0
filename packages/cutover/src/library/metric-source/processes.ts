import { GroupMeter } from '../../backends/group-meter.ts'
import type { Backend } from '../../backends/backend.ts'
import type { BackendName } from '../../config/target.ts'
import { watchProcess } from '../../metrics/process.ts'
import type { ProcessReading } from '../../rollout/reading.ts'

const everyMs = 250
/** Long enough for a 99th percentile of samples that are 20 ms apart. */
const delayWindowMs = 2_000

type Watched = Readonly<Record<BackendName, Pick<Backend, 'kind' | 'pid'>>>

/** What the processes of both backends use, looked at in the background. */
export class Processes {
  readonly #backends: Watched
  readonly #readings: Partial<Record<BackendName, ProcessReading | undefined>> = {}
  readonly #meters = new Map<number, GroupMeter>()
  #running: AbortController | undefined
  #own: ReturnType<typeof watchProcess> | undefined
  #delayMs: number | undefined
  #delayReadAt = 0

  constructor (backends: Watched) {
    this.#backends = backends
  }

  start (): void {
    if (this.#running !== undefined) return
    const running = this.#running = new AbortController()
    if (Object.values(this.#backends).some(({ kind }) => kind === 'listener')) {
      this.#own = watchProcess()
      this.#delayReadAt = performance.now()
    }
    const look = async (): Promise<void> => {
      await this.#look()
      if (!running.signal.aborted) setTimeout(() => { look().catch(() => {}) }, everyMs).unref()
    }
    look().catch(() => {})
  }

  stop (): void {
    this.#running?.abort()
    this.#running = undefined
    this.#own?.close()
    this.#own = undefined
    this.#delayMs = undefined
    delete this.#readings.legacy
    delete this.#readings.candidate
  }

  reading (name: BackendName): ProcessReading | undefined {
    // One that has ended meanwhile must not go on with its last values.
    return this.#readings[name]?.pid === this.#backends[name].pid() ? this.#readings[name] : undefined
  }

  async #look (): Promise<void> {
    const pids = new Set<number>()
    for (const name of ['legacy', 'candidate'] as const) {
      const { kind } = this.#backends[name]
      const pid = this.#backends[name].pid()
      if (pid !== undefined) pids.add(pid)
      const reading = pid === undefined ? undefined : kind === 'listener' ? this.#ownReading(pid) : await this.#groupReading(pid)
      if (this.#running !== undefined) this.#readings[name] = reading
    }
    for (const pid of this.#meters.keys()) if (!pids.has(pid)) this.#meters.delete(pid)
  }

  #ownReading (pid: number): ProcessReading {
    const now = performance.now()
    if (this.#own !== undefined && now - this.#delayReadAt >= delayWindowMs) {
      this.#delayMs = this.#own.read().eventLoopDelay.p99Seconds * 1000
      this.#delayReadAt = now
    }
    const { user, system } = process.cpuUsage()
    return { pid, residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6, eventLoopDelayMs: this.#delayMs }
  }

  async #groupReading (pid: number): Promise<ProcessReading> {
    const meter = this.#meters.get(pid) ?? new GroupMeter(pid)
    this.#meters.set(pid, meter)
    const usage = await meter.read()
    return { pid, residentBytes: usage?.residentBytes, cpuSeconds: usage?.cpuSeconds, eventLoopDelayMs: undefined }
  }
}
