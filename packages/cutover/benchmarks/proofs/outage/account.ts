import type { JournalLine } from '../rollback/gateway.ts'
import type { Outcome } from './traffic.ts'

/** When something was wrong, milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What became of one rollout. */
export interface Account {
  /** How often somebody was blamed: rollbacks, gates that failed, and whether the breaker took the feature off. */
  readonly blamed: number
  readonly rollbacks: number
  readonly failedGates: number
  /** Requests that the breaker took from the candidate. */
  readonly takenOff: number
  /** Whether the feature reached all of the traffic, and its last stage passed. */
  readonly arrived: boolean
  /** The gate that took it back, in its own words. */
  readonly reason: string | undefined
  /** Requests in each span, and how many of them got a 5xx or no answer, by who answered. */
  readonly spans: Readonly<Record<string, Readonly<Record<'legacy' | 'candidate', { readonly requests: number, readonly failed: number }>>>>
  /** Requests outside all spans that failed. */
  readonly failedElsewhere: number
}

/** Counts what a rollout did. @param spans by name; a request belongs to the last one that it was under way in */
export function account ({ outcomes, journal, spans }: { readonly outcomes: readonly Outcome[], readonly journal: readonly JournalLine[], readonly spans: Readonly<Record<string, Span>> }): Account {
  const rollbacks = journal.filter(({ kind }) => kind === 'rollback').length
  const failures = journal.filter(({ kind, event }) => kind === 'rollout' && event === 'failed')
  const takenOff = outcomes.filter(({ reason }) => reason === 'breaker').length
  const inside = new Set<Outcome>()
  const within = (span: Span): Outcome[] => outcomes.filter(outcome => {
    const is = outcome.sentAt < span.to && outcome.sentAt + outcome.milliseconds >= span.from
    if (is) inside.add(outcome)
    return is
  })
  const counted = Object.fromEntries(Object.entries(spans).map(([name, span]) => {
    const all = within(span)
    const by = (side: string) => {
      const theirs = all.filter(({ routedTo }) => routedTo === side)
      return { requests: theirs.length, failed: theirs.filter(hasFailed).length }
    }
    return [name, { legacy: by('legacy'), candidate: by('candidate') }]
  }))
  const last = failures.at(-1)
  return {
    blamed: rollbacks + failures.length + (takenOff > 0 ? 1 : 0),
    rollbacks,
    failedGates: failures.length,
    takenOff,
    arrived: journal.some(({ kind, event }) => kind === 'rollout' && event === 'completed'),
    reason: last?.results?.find(({ gate }) => gate === last.gate)?.reason ?? last?.why,
    spans: counted,
    failedElsewhere: outcomes.filter(outcome => hasFailed(outcome) && !inside.has(outcome)).length
  }
}

function hasFailed ({ status }: Outcome): boolean {
  return status === 0 || status >= 500
}
