/** What is made of a ledger. */
export interface Account {
  readonly events: number
  /** Deliveries that were due. */
  readonly due: number
  /** Due and never made. */
  readonly lost: number
  /** Made once more than they were due, each time. */
  readonly twice: number
  /** Made to whom nothing was due. */
  readonly strange: number
}

/** Who is to hear of which event, and who has. */
export class Ledger {
  readonly #due = new Map<string, Map<number, number>>()
  readonly #early: Array<readonly [socket: number, event: string]> = []
  #open = 0
  #strange = 0

  /** Deliveries that are due and have not been made. */
  get open (): number {
    return this.#open
  }

  /** An event was made. @param sockets who is to hear of it once */
  made (event: string, sockets: Iterable<number>): void {
    const heard = new Map([...sockets].map(socket => [socket, 0]))
    this.#due.set(event, heard)
    this.#open += heard.size
    // Sockets may hear of it before whoever made it does.
    for (const [socket, name] of this.#early.splice(0)) this.heard(socket, name)
  }

  heard (socket: number, event: string): void {
    const heard = this.#due.get(event)
    const count = heard?.get(socket)
    if (heard === undefined) this.#early.push([socket, event])
    else if (count === undefined) this.#strange++
    else {
      heard.set(socket, count + 1)
      if (count === 0) this.#open--
    }
  }

  account (): Account {
    const counts = [...this.#due.values()].flatMap(heard => [...heard.values()])
    return {
      events: this.#due.size,
      due: counts.length,
      lost: counts.filter(count => count === 0).length,
      twice: counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
      strange: this.#strange + this.#early.length
    }
  }
}
