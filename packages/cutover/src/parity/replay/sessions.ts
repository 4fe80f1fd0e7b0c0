import type { Spool } from './spool.ts'

/** Exchanges of one client, in the order their requests began. */
export interface RecordedSession {
  readonly name: string
  /** Places in the spool. */
  readonly exchanges: readonly number[]
  /** When its first request began; NaN when that was not recorded. */
  readonly startedAt: number
}

/** Gathers which exchanges are of which session. */
export class SessionIndex {
  readonly #sessions = new Map<string, number[]>()

  add (session: string, index: number): void {
    const known = this.#sessions.get(session)
    if (known === undefined) this.#sessions.set(session, [index])
    else known.push(index)
  }

  /** The sessions in the order they began. */
  sorted (spool: Spool): readonly RecordedSession[] {
    const sessions = [...this.#sessions].map(([name, indexes]): RecordedSession => {
      // Recordings are written as answers end. Without all times, the order in which they stand is the best known.
      if (indexes.every(index => !Number.isNaN(spool.startOf(index)))) indexes.sort((a, b) => spool.startOf(a) - spool.startOf(b) || a - b)
      return { name, exchanges: indexes, startedAt: spool.startOf(indexes[0]!) }
    })
    return sessions.sort((a, b) => (a.startedAt - b.startedAt) || a.exchanges[0]! - b.exchanges[0]!)
  }
}
