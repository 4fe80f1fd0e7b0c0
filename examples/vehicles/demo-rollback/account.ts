import type { JournalLine } from './gateway.ts'

/** What a fault came to. */
export interface Account {
  readonly fault: string
  /** The gate that took the feature back; undefined when none did. */
  readonly gate: string | undefined
  /** Requests of clients that the candidate got from the fault on. */
  readonly requests: number
  /** From the fault to the last of them. */
  readonly milliseconds: number
  /** Requests that their client saw fail, and that it got another answer to than the right one; of all that it sent. */
  readonly failed: number
  readonly wrong: number
  readonly sent: number
}

/** What came to the candidate itself from clients. */
export interface Received { readonly count: number, readonly lastAt: number }

/** What the clients of a run saw, as its run.json has it. */
export interface SeenByClients { readonly requests: number, readonly failed: number, readonly unexpected: number }

/**
 * Puts together what the candidate, the clients and the journal say of a fault.
 * @param faultAt when it began, milliseconds since 1970
 * @param journal of this rollout
 */
export function accountOf (fault: string, { faultAt, before, after, clients, journal }: {
  readonly faultAt: number
  readonly before: Received
  readonly after: Received
  readonly clients: SeenByClients
  readonly journal: readonly JournalLine[]
}): Account {
  const requests = after.count - before.count
  return {
    fault,
    gate: journal.find(({ kind, event }) => kind === 'rollout' && event === 'failed')?.gate,
    requests,
    milliseconds: requests === 0 ? 0 : Math.max(0, after.lastAt - faultAt),
    failed: clients.failed,
    wrong: clients.unexpected,
    sent: clients.requests
  }
}

/** Whether the rollout of a fault ended as it should: taken back by a gate, after the fault, by a run that says so. */
export function heldTrue ({ gate }: Account, exitCode: number): boolean {
  return gate !== undefined && exitCode === 1
}
