import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { formatDuration } from '../config/units.ts'
import type { BackendName } from '../config/target.ts'
import { fault } from '../errors.ts'
import { Lifecycle, type Backend, type Log } from './backend.ts'
import { splitCommand } from './command-line.ts'
import { portOf, unhealthiness, watchHealth, type HealthCheck } from './health.ts'
import { LastLines } from './lines.ts'
import { startGroup, type Exit, type ProcessGroup } from './process-group.ts'

export interface CommandOptions {
  readonly name: BackendName
  readonly command: string
  readonly cwd: string
  /** Added to this process's environment. `PORT` is the URL's port unless it is given here; `{port}` in a value, and in `command`, becomes it too. */
  readonly env: Readonly<Record<string, string>>
  readonly url: URL
  readonly health: string | undefined
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
  readonly log: Log
  /** Gives up starting. */
  readonly signal?: AbortSignal | undefined
}

const keptLines = 20
const startsBeforeHealth = 3
const steadyMs = 30_000
const firstDelayMs = 250
const longestDelayMs = 10_000

/**
 * How long to wait before a command that ended is started again.
 * @param ends how often it has ended since it was last healthy for 30 s, this time included
 */
export function restartDelay (ends: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (ends - 1))
}

/** How often a command has ended, this time included; being healthy for 30 s wipes out what was before. */
export function endsAfter (before: number, healthyForMs: number): number {
  return healthyForMs >= steadyMs ? 1 : before + 1
}

/**
 * Starts a command in its own process group and resolves when it is healthy. From then on it is started again
 * whenever it ends, after 250 ms, doubling to 10 s, and without end. Before that, three starts or the start timeout
 * are all it gets.
 * @throws CUT_COMMAND_INVALID, CUT_ORIGIN_TAKEN, CUT_COMMAND_NEVER_HEALTHY; nothing is left running then
 */
export async function openCommand (options: CommandOptions): Promise<Backend> {
  const { name, command, cwd, url } = options
  const owner = `the ${name} backend`
  const words = splitCommand(command.replaceAll('{port}', String(portOf(url))))
  if ('problem' in words) throw fault('CUT_COMMAND_INVALID', owner, command, words.problem)
  if (!existsSync(cwd)) throw fault('CUT_COMMAND_INVALID', owner, command, `its folder ${cwd} does not exist`)
  if (await unhealthiness({ url, path: undefined }) === undefined) throw fault('CUT_ORIGIN_TAKEN', url.origin, owner, command)
  const backend = new CommandBackend(options, words)
  await backend.start()
  return backend
}

class CommandBackend implements Backend {
  readonly kind = 'command'
  readonly name: BackendName
  readonly target: Backend['target']
  readonly #options: CommandOptions
  readonly #words: readonly string[]
  readonly #check: HealthCheck
  readonly #lifecycle = new Lifecycle('starting')
  readonly #output = new LastLines(keptLines)
  readonly #stopping = new AbortController()
  #group: ProcessGroup | undefined
  #pid: number | undefined
  #running: Promise<void> = Promise.resolve()

  constructor (options: CommandOptions, words: readonly string[]) {
    this.#options = options
    this.#words = words
    this.name = options.name
    this.target = { kind: 'origin', url: options.url }
    this.#check = { url: options.url, path: options.health }
  }

  state () {
    return this.#lifecycle.current
  }

  pid () {
    return this.#pid
  }

  onState (listener: Parameters<Backend['onState']>[0]) {
    return this.#lifecycle.on(listener)
  }

  async start (): Promise<void> {
    const { signal, command, url, startTimeoutMs } = this.#options
    const deadline = performance.now() + startTimeoutMs
    const giveUp = () => this.#stopping.abort()
    signal?.addEventListener('abort', giveUp, { once: true })
    if (signal?.aborted === true) giveUp()
    try {
      for (let ends = 0; ;) {
        const group = this.#spawn()
        const problem = await this.#untilHealthy(group, deadline)
        if (problem === undefined) {
          this.#running = this.#keepRunning(group)
          return
        }
        await group.end(this.#options.stopTimeoutMs)
        ends++
        const last = !problem.ended || !problem.started || ends >= startsBeforeHealth || performance.now() + restartDelay(ends) >= deadline
        if (last || this.#stopping.signal.aborted) {
          this.#lifecycle.set('stopped', problem.reason)
          throw fault('CUT_COMMAND_NEVER_HEALTHY', `the ${this.name} backend`, command, this.#healthUrl(url), formatDuration(startTimeoutMs), problem.reason, this.#output.toString())
        }
        await this.#pause(problem.reason, ends)
      }
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  async stop (): Promise<void> {
    this.#stopping.abort()
    await this.#group?.end(this.#options.stopTimeoutMs)
    await this.#running
    this.#lifecycle.set('stopped')
  }

  async #keepRunning (first: ProcessGroup): Promise<void> {
    let group = first
    let problem: Problem | undefined
    for (let ends = 0; ;) {
      const { reason, healthyForMs = 0 } = problem ?? await this.#untilEnded(group)
      if (this.#stopping.signal.aborted) return
      ends = endsAfter(ends, healthyForMs)
      // Said before the rest of the group is gone: the backend does not serve any more.
      this.#lifecycle.set('unhealthy', reason)
      await group.end(this.#options.stopTimeoutMs)
      await this.#pause(reason, ends)
      if (this.#stopping.signal.aborted) return
      this.#lifecycle.set('starting', `restart ${ends}`)
      group = this.#spawn()
      problem = await this.#untilHealthy(group, performance.now() + this.#options.startTimeoutMs)
    }
  }

  async #untilEnded (group: ProcessGroup): Promise<Problem> {
    const since = performance.now()
    this.#lifecycle.set('healthy')
    const unwatch = watchHealth(this.#check, this.#lifecycle)
    const { reason } = await group.exited
    unwatch()
    return { reason: `it ${reason}`, ended: true, started: true, healthyForMs: performance.now() - since }
  }

  #spawn (): ProcessGroup {
    const { name, cwd, env, url, log } = this.#options
    const group = startGroup({
      words: this.#words,
      cwd,
      env: { ...process.env, PORT: String(portOf(url)), ...Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value.replaceAll('{port}', String(portOf(url)))])) },
      take: line => {
        this.#output.push(line)
        log({ level: 'info', message: `[${name}] ${line}` })
      }
    })
    this.#group = group
    this.#pid = group.pid
    group.exited.then(() => { if (this.#group === group) this.#pid = undefined })
    return group
  }

  async #untilHealthy (group: ProcessGroup, deadline: number): Promise<Problem | undefined> {
    let exit: Exit | undefined
    const settled = new AbortController()
    group.exited.then(ended => {
      exit = ended
      settled.abort()
    })
    const wake = AbortSignal.any([settled.signal, this.#stopping.signal])
    let reason: string | undefined = 'it was not asked'
    for (let pauseMs = 20; ; pauseMs = Math.min(250, pauseMs * 2)) {
      await interruptible(pauseMs, wake)
      if (exit === undefined && !wake.aborted) reason = await unhealthiness(this.#check, Math.max(250, Math.min(2000, deadline - performance.now())))
      if (exit !== undefined) return { reason: `it ${exit.reason}`, ended: true, started: exit.started }
      if (this.#stopping.signal.aborted) return { reason: 'it was stopped', ended: false, started: true }
      if (reason === undefined) return undefined
      if (performance.now() >= deadline) return { reason, ended: false, started: true }
    }
  }

  async #pause (reason: string, ends: number): Promise<void> {
    const ms = restartDelay(ends)
    const detail = `${reason}; starting again in ${formatDuration(ms)}`
    this.#lifecycle.set('unhealthy', detail)
    this.#options.log({ level: 'warn', message: `[${this.name}] ${this.#options.command}: ${detail}` })
    await interruptible(ms, this.#stopping.signal)
  }

  #healthUrl (url: URL): string {
    return url.origin + (this.#options.health ?? '')
  }
}

interface Problem {
  readonly reason: string
  readonly ended: boolean
  readonly started: boolean
  readonly healthyForMs?: number
}

async function interruptible (ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}
