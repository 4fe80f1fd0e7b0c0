import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { BackendName } from '../config/target.ts'

const stepMs = 50
const steps = 40

/** Connections of one feature that a backend holds open without owing an answer: what was upgraded, and long polls. */
export class Held {
  /** Upgraded connections to the candidate. */
  readonly sockets = new Set<Duplex>()
  readonly polls: Readonly<Record<BackendName, Set<ServerResponse>>> = { legacy: new Set(), candidate: new Set() }

  /**
   * Ends those of the candidate, so that their clients connect anew: a few at once, many evenly over two seconds, so
   * that they do not all come back in one moment.
   */
  release (): void {
    const waiting = [...this.polls.candidate, ...this.sockets]
    const part = Math.max(10, Math.ceil(waiting.length / steps))
    const step = (): void => {
      for (const connection of waiting.splice(0, part)) end(connection)
      if (waiting.length > 0) setTimeout(step, stepMs).unref()
    }
    step()
  }

  /** Ends long polls, which nobody else would end before their time. */
  endPolls (): void {
    for (const polls of Object.values(this.polls)) for (const poll of polls) end(poll)
  }
}

/** What was written before reaches the client. */
function end (connection: Duplex | ServerResponse): void {
  if ('destroySoon' in connection) (connection as { destroySoon (): void }).destroySoon()
  else connection.destroy()
}
