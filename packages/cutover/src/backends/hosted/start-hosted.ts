import { setTimeout as delay } from 'node:timers/promises'
import { formatDuration } from '../../config/units.ts'
import { fault } from '../../errors.ts'
import type { Log } from '../backend.ts'
import { unhealthiness } from '../health.ts'
import { LastLines } from '../lines.ts'
import { startGroup, type ProcessGroup } from '../process-group.ts'

/** A backend in a process of its own, started once: whoever opened it sees to it when it ends. */
export interface Hosted {
  /** Where it answers. */
  readonly origin: URL
  readonly pid: number
  /** What its application is made with, where that is known: `Express`. */
  readonly framework?: string
  /** Resolves when it has ended, with how: `was killed by SIGKILL`. */
  readonly exited: Promise<string>
  /**
   * Whether it still runs, asked when a connection broke: an open port does not tell, since a process that ends closes
   * its connections before its port. One that is busy or hangs is alive.
   */
  isAlive (): Promise<boolean>
  /** Ends its whole process group; resolves when that is gone. */
  stop (): Promise<void>
}

export interface HostedOptions {
  /** Whose it is, for messages and before each line that it prints: `legacy`, `twin`. */
  readonly name: string
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>
  /** A path that answers 2xx or 3xx when it is ready. Without it, an open port is enough. */
  readonly health?: string | undefined
  readonly startTimeoutMs: number
  /** How long it may take to end after SIGTERM before it is killed. */
  readonly stopTimeoutMs: number
  readonly log: Log
  /** Gives up starting. */
  readonly signal?: AbortSignal | undefined
}

const keptLines = 20
const drainMs = 1000

type Program = Omit<Parameters<typeof startGroup>[0], 'take' | 'channel'>

/** How a process is started and asked. */
export interface Opening {
  /** Starts it; resolves to where it answers, or rejects with why it never will. */
  open (start: (channel?: Channel) => ProcessGroup): Promise<URL>
  /** Whether it still serves, told by itself, or after a while by nothing having been heard of its end; never rejects. */
  probe (group: ProcessGroup): Promise<boolean>
}

/**
 * Starts a program and waits until it is where it should be and healthy.
 * @throws CUT_SIDE_FAILED with its last output; nothing is left running then
 */
export async function startHosted (options: HostedOptions, program: Program, { open, probe }: Opening): Promise<Hosted> {
  const { name, startTimeoutMs, stopTimeoutMs, health, log, signal } = options
  const output = new LastLines(keptLines)
  const settled = new AbortController()
  const deadline = AbortSignal.timeout(Math.max(1, Math.round(startTimeoutMs)))
  let group: ProcessGroup | undefined
  let ended = false
  const where = open(channel => (group = startGroup({
    ...program,
    ...(channel === undefined ? {} : { channel }),
    take: line => {
      output.push(line)
      log({ level: 'info', message: `[${name}] ${line}` })
    }
  })))
  const running = group!
  const failure = new Promise<never>((_resolve, reject) => {
    running.exited.then(({ reason }) => {
      ended = true
      reject(new Error(`it ${reason}`))
    })
    for (const [source, reason] of [[deadline, `it was not ready within ${formatDuration(startTimeoutMs)}`], [signal, 'it was told to give up']] as const) {
      if (source?.aborted === true) reject(new Error(reason))
      source?.addEventListener('abort', () => reject(new Error(reason)), { once: true, signal: settled.signal })
    }
  })
  failure.catch(() => {})
  try {
    const origin = await Promise.race([where, failure])
    await Promise.race([untilHealthy(origin, health, settled.signal), failure])
    return {
      origin,
      pid: running.pid!,
      exited: running.exited.then(({ reason }) => reason),
      async isAlive () {
        const serves = await Promise.race([probe(running), running.exited.then(() => false)])
        return serves && !ended
      },
      stop: () => running.end(stopTimeoutMs)
    }
  } catch (error) {
    if (ended) await Promise.race([running.drained, delay(drainMs)])
    await running.end(stopTimeoutMs)
    throw Object.assign(fault('CUT_SIDE_FAILED', name, (error as Error).message, output.toString()), { cause: error })
  } finally {
    settled.abort()
    where.catch(() => {})
  }
}

type Channel = NonNullable<Parameters<typeof startGroup>[0]['channel']>

async function untilHealthy (origin: URL, health: string | undefined, given: AbortSignal): Promise<void> {
  for (let pauseMs = 5; !given.aborted; pauseMs = Math.min(25, pauseMs * 2)) {
    if (await unhealthiness({ url: origin, path: health }) === undefined) return
    await delay(pauseMs, undefined, { signal: given }).catch(() => {})
  }
}
