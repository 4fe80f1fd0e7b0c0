import type { Socket } from 'node:net'

/** As much of a client's connection as is looked at. */
export type Watched = Pick<Socket, 'bytesRead' | 'bytesWritten' | 'destroy'>

/** How a connection was when something had last changed. */
interface Seen {
  bytesRead: number
  /** Monotonic milliseconds. */
  since: number
}

/** As Node's own: a request that is sent at the very end of the time that was told must not meet a closing connection. */
const graceMs = 1_000
const sweepMs = 1_000

/**
 * The connections of a server that speak HTTP, of which those that wait too long for their next request are closed.
 *
 * Node sets a timer after every answer and clears it at every request. Here they are looked over once a second instead,
 * which costs a request nothing.
 */
export class ClientConnections {
  readonly #keepAliveMs: number
  readonly #answering: (socket: Watched) => boolean
  readonly #seen = new Map<Watched, Seen>()
  #timer: NodeJS.Timeout | undefined

  /**
   * @param keepAliveMs how long one is kept at least; 0 for ever
   * @param answering whether a connection has a request that is not answered yet
   */
  constructor (keepAliveMs: number, answering: (socket: Watched) => boolean) {
    this.#keepAliveMs = keepAliveMs
    this.#answering = answering
  }

  add (socket: Watched): void {
    this.#seen.set(socket, { bytesRead: 0, since: 0 })
    if (this.#keepAliveMs > 0) this.#timer ??= setInterval(() => this.sweep(performance.now()), sweepMs).unref()
  }

  /** It was closed, or speaks HTTP no more. */
  remove (socket: Watched): void {
    this.#seen.delete(socket)
    if (this.#seen.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Closes those on which nothing has happened since a look that is long enough ago. @param now monotonic milliseconds */
  sweep (now: number): void {
    for (const [socket, seen] of this.#seen) {
      const { bytesRead } = socket
      // Until its first answer a client has the time for a request's head, which is Node's to watch.
      if (this.#answering(socket) || bytesRead !== seen.bytesRead || socket.bytesWritten === 0) {
        seen.bytesRead = bytesRead
        seen.since = now
      } else if (now - seen.since >= this.#keepAliveMs + graceMs) socket.destroy()
    }
  }

  /** Closes those that were opened ahead of need, as browsers do, and have sent nothing yet: Node does not count them as idle. */
  closeUnused (): void {
    for (const socket of this.#seen.keys()) if (socket.bytesRead === 0) socket.destroy()
  }
}
