/** What one request of the proof came to, as its client saw it. */
export interface Outcome {
  /** Unique; an unsafe request writes it to the database. */
  readonly id: string
  readonly safe: boolean
  readonly phase: string
  /** HTTP status; 0 when no whole answer came. */
  readonly status: number
  /** Whether the answer was the right one for this request. */
  readonly right: boolean
  /** The answer's x-routed-to. */
  readonly routedTo: string | undefined
  /** Milliseconds from the planned send. */
  readonly milliseconds: number
}

export interface Account {
  /** Safe requests whose client did not get the right answer. */
  readonly safeFailed: number
  /** Writes stored more than once. */
  readonly writesDoubled: number
  /** Writes whose client was told that they are stored, and that are not. */
  readonly writesLostSilently: number
  /** Writes whose client was told of a failure, or got no answer. */
  readonly unsafeFailed: number
  /** Of those, writes that are stored all the same: why a client has to ask before it repeats one. */
  readonly unsafeFailedYetStored: number
  /** Stored ids that nobody sent. */
  readonly unknown: number
}

/**
 * Compares what clients were told with what the database holds.
 * @param stored how often each id is in the database
 */
export function settle (outcomes: readonly Outcome[], stored: ReadonlyMap<string, number>): Account {
  const unsafe = outcomes.filter(outcome => !outcome.safe)
  const sent = new Set(unsafe.map(outcome => outcome.id))
  const succeeded = (outcome: Outcome): boolean => outcome.status >= 200 && outcome.status < 300
  const failed = unsafe.filter(outcome => !succeeded(outcome))
  return {
    safeFailed: outcomes.filter(outcome => outcome.safe && !(outcome.status === 200 && outcome.right)).length,
    writesDoubled: [...stored.values()].filter(times => times > 1).length,
    writesLostSilently: unsafe.filter(outcome => succeeded(outcome) && !stored.has(outcome.id)).length,
    unsafeFailed: failed.length,
    unsafeFailedYetStored: failed.filter(outcome => stored.has(outcome.id)).length,
    unknown: [...stored.keys()].filter(id => !sent.has(id)).length
  }
}

/** One line a phase. */
export interface PhaseRow {
  readonly phase: string
  readonly safe: number
  readonly safeFailed: number
  readonly unsafe: number
  readonly unsafeFailed: number
  readonly byCandidate: number
  readonly byLegacy: number
  /** Milliseconds. */
  readonly slowest: number
}

export function tabulate (outcomes: readonly Outcome[]): PhaseRow[] {
  const phases = [...new Set(outcomes.map(outcome => outcome.phase))]
  return phases.map(phase => {
    const those = outcomes.filter(outcome => outcome.phase === phase)
    const account = settle(those, new Map())
    return {
      phase,
      safe: those.filter(outcome => outcome.safe).length,
      safeFailed: account.safeFailed,
      unsafe: those.filter(outcome => !outcome.safe).length,
      unsafeFailed: account.unsafeFailed,
      byCandidate: those.filter(outcome => outcome.routedTo === 'candidate').length,
      byLegacy: those.filter(outcome => outcome.routedTo === 'legacy').length,
      slowest: Math.round(those.reduce((most, outcome) => Math.max(most, outcome.milliseconds), 0))
    }
  })
}
