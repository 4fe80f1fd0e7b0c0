/** A thing that a session deals with, under the name that its id is captured by. */
export interface Thing {
  readonly name: string
  readonly kind: string
  /** Undefined until its end. */
  ended: boolean
  /** What legacy last showed of it, and before that. */
  seen: Readonly<Record<string, unknown>> | undefined
  before: Readonly<Record<string, unknown>> | undefined
  /** Members whose numbers an operation has changed, by endpoint: its bounds are likely there. */
  readonly moved: Map<string, Set<string>>
  /** Names of captured validators, by the header that gave them. */
  readonly validators: Map<string, string[]>
}

/** The things of a session. */
export class Cast {
  readonly #things: Thing[] = []

  get all (): readonly Thing[] {
    return this.#things
  }

  of (kind: string): readonly Thing[] {
    return this.#things.filter(thing => thing.kind === kind)
  }

  /** A name for the id of one more thing. */
  nameFor (kind: string): string {
    const count = this.of(kind).length
    return count === 0 ? kind : `${kind}${count + 1}`
  }

  add (kind: string, name: string): Thing {
    const thing: Thing = { name, kind, ended: false, seen: undefined, before: undefined, moved: new Map(), validators: new Map() }
    this.#things.push(thing)
    return thing
  }
}

/** Remembers what legacy shows of a thing, and which numbers an operation has changed. */
export function see (thing: Thing, json: unknown, endpoint?: string): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return
  const now = json as Readonly<Record<string, unknown>>
  const before = thing.seen
  if (before !== undefined && endpoint !== undefined) {
    for (const [name, value] of Object.entries(now)) {
      if (typeof value !== 'number' || typeof before[name] !== 'number' || before[name] === value) continue
      thing.moved.set(endpoint, new Set([...thing.moved.get(endpoint) ?? [], name]))
    }
  }
  // What an operation answers may be something else than the thing: only where it looks alike it is taken for it.
  if (before !== undefined && !Object.keys(now).some(name => name in before)) return
  thing.before = before
  thing.seen = now
}
