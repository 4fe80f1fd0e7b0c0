/** By what an exchange finds its partner in the other recording. */
export interface PartnerKeys {
  readonly session: string
  readonly requestId: string | undefined
  readonly method: string
  readonly target: string
  /** The target without what either side made up. */
  readonly endpoint: string
}

/** Finds for each exchange of one recording that of the other which answers the same request. Each is given once. */
export class Partners {
  readonly #queues = new Map<string, { readonly indexes: number[], next: number }>()
  readonly #taken = new Set<number>()
  readonly #sessions = new Set<string>()
  #size = 0
  #sharesSessions = false

  /** Adds an exchange of the first recording. */
  add (keys: PartnerKeys, index: number): void {
    this.#sessions.add(keys.session)
    this.#size = Math.max(this.#size, index + 1)
    for (const key of this.#keysOf(keys, true)) {
      const queue = this.#queues.get(key)
      if (queue === undefined) this.#queues.set(key, { indexes: [index], next: 0 })
      else queue.indexes.push(index)
    }
  }

  /** Tells of a session of the second recording: where both have the same ones, only those are compared. */
  expect (session: string): void {
    this.#sharesSessions ||= this.#sessions.has(session)
  }

  /** The place of the partner, or undefined. */
  take (keys: PartnerKeys): number | undefined {
    for (const key of this.#keysOf(keys, false)) {
      const queue = this.#queues.get(key)
      if (queue === undefined) continue
      for (; queue.next < queue.indexes.length; queue.next++) {
        const index = queue.indexes[queue.next]!
        if (this.#taken.has(index)) continue
        this.#taken.add(index)
        return index
      }
    }
    return undefined
  }

  /** What was never taken. */
  * left (): Iterable<number> {
    for (let index = 0; index < this.#size; index++) if (!this.#taken.has(index)) yield index
  }

  /** The most telling first. */
  #keysOf ({ session, requestId, method, target, endpoint }: PartnerKeys, all: boolean): readonly string[] {
    const byRequest = requestId === undefined ? [] : [`id ${requestId}`]
    const bySession = [`in ${session}\n${method} ${target}`, `in ${session}\n${endpoint}`]
    const anywhere = [`${method} ${target}`, endpoint]
    if (all) return [...byRequest, ...bySession, ...anywhere]
    return [...byRequest, ...(this.#sharesSessions ? bySession : anywhere)]
  }
}
