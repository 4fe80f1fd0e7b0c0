import { randomUUID } from 'node:crypto'
import type { RolloutEvent } from '../../config/control.ts'
import type { Log } from '../../switch/log.ts'
import type { Addressee, Outcome } from './delivery.ts'

export interface Patience {
  /** How often one event is tried. */
  readonly attempts: number
  /** Before the second attempt, milliseconds; it doubles with each. */
  readonly firstPauseMs: number
  /** How many events wait; what comes on top is dropped. */
  readonly waiting: number
}

/** Tells one addressee of one event after another, in their order, while nobody waits for it. */
export class Channel {
  readonly #to: Addressee
  readonly #patience: Patience
  readonly #log: Log
  readonly #waiting: RolloutEvent[] = []
  readonly #closing = new AbortController()
  #working: Promise<void> | undefined
  #closed = false

  constructor (to: Addressee, patience: Patience, log: Log) {
    this.#to = to
    this.#patience = patience
    this.#log = log
  }

  take (event: RolloutEvent): void {
    if (this.#closed) return
    this.#to.noticed?.(event)
    // That something waits is told to those alone who ask for it.
    if (this.#to.on === undefined ? event.event === 'queued' : !this.#to.on.includes(event.event)) return
    if (this.#waiting.length >= this.#patience.waiting) {
      this.#warn(event, `${this.#patience.waiting} events wait to be told already; this one is dropped`)
      return
    }
    this.#waiting.push(event)
    this.#working ??= this.#work()
  }

  /** Tells what waits, if that takes no longer than this, and stops. */
  async close (withinMs: number): Promise<void> {
    this.#closed = true
    if (this.#working === undefined) return
    const timer = setTimeout(() => this.#closing.abort(), withinMs)
    await this.#working
    clearTimeout(timer)
  }

  async #work (): Promise<void> {
    // Whoever tells of an event goes on first.
    await Promise.resolve()
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      try {
        await this.#tell(event)
      } catch (error) {
        this.#warn(event, (error as Error).name)
      }
    }
    this.#working = undefined
  }

  async #tell (event: RolloutEvent): Promise<void> {
    const { signal } = this.#closing
    const notice = { id: `msg_${randomUUID()}`, event }
    for (let attempt = 1; ; attempt++) {
      const outcome: Outcome = signal.aborted ? { told: false, detail: 'the switch closed first', again: false } : await this.#to.deliver(notice, signal)
      if (outcome.told) return
      if (!outcome.again || attempt >= this.#patience.attempts) {
        this.#warn(event, `${outcome.detail}${attempt === 1 ? '' : `, ${attempt} times`}`)
        return
      }
      await pause(Math.max(this.#patience.firstPauseMs * 2 ** (attempt - 1), outcome.afterMs ?? 0), signal)
    }
  }

  #warn ({ event, feature }: RolloutEvent, detail: string): void {
    this.#log({ level: 'warn', message: `Nobody was told of "${event}" by ${this.#to.name}: ${detail}`, feature })
  }
}

/** Waits, shorter when the signal says so. */
async function pause (ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms).unref()
    signal.addEventListener('abort', done)
  })
}
