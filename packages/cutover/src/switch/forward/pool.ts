import type { Settings } from '../../config/settings.ts'
import { Connection } from './connection.ts'

/** The most connections to one origin. */
const MOST = 4_096
/** Node and uvicorn close an idle connection after 5 s; leave it alone well before. */
const IDLE_MS = 4_000
/** A request that must not be sent twice only takes a connection that was used this recently. */
const FRESH_MS = 1_000

/** Kept connections to one origin, the most recently used first. */
export class Pool {
  readonly #url: URL
  readonly #timeouts: Settings['timeouts']
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()
  #sweeper: NodeJS.Timeout | undefined
  #closed = false

  constructor (url: URL, timeouts: Settings['timeouts']) {
    this.#url = url
    this.#timeouts = timeouts
  }

  get size (): number {
    return this.#all.size
  }

  /**
   * A kept connection or a new one, which may still be connecting; undefined when there are too many.
   * @param repeatable whether the request may be sent again should a kept connection turn out to be closed
   * @param fresh never a kept one
   */
  acquire (repeatable: boolean, fresh = false): Connection | undefined {
    if (!fresh) {
      const kept = this.#idle.at(-1)
      if (kept !== undefined && (repeatable || performance.now() - kept.idleSince < FRESH_MS)) {
        this.#idle.pop()
        return kept
      }
    }
    if (this.#all.size >= MOST) return undefined
    const connection = new Connection(this.#url, this.#timeouts.connectMs, this.#released)
    this.#all.add(connection)
    this.#sweeper ??= setInterval(() => this.#sweep(), Math.min(1_000, Math.max(20, this.#timeouts.idleMs / 10))).unref()
    return connection
  }

  /** Closes the idle connections now, and each other one when its exchange is over. */
  close (): void {
    this.#closed = true
    for (const connection of this.#idle.splice(0)) connection.abandon()
  }

  readonly #released = (connection: Connection, reusable: boolean): void => {
    if (reusable && !this.#closed) {
      connection.idleSince = performance.now()
      this.#idle.push(connection)
      return
    }
    this.#all.delete(connection)
    const at = this.#idle.indexOf(connection)
    if (at !== -1) this.#idle.splice(at, 1)
    connection.socket.destroy()
  }

  #sweep (): void {
    const now = performance.now()
    while (this.#idle.length > 0 && this.#idle[0]!.idleSince < now - IDLE_MS) this.#idle[0]!.abandon()
    for (const connection of this.#all) connection.watch(now, this.#timeouts.idleMs)
    if (this.#all.size === 0) {
      clearInterval(this.#sweeper)
      this.#sweeper = undefined
    }
  }
}
