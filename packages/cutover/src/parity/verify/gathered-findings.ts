import type { Tally } from '../compare/findings.ts'
import type { Finding, FindingKind } from '../finding.ts'
import { addLeftOut, type LeftOutCounts } from '../noise.ts'
import type { TrialResult } from '../trial/result.ts'

const kinds: readonly FindingKind[] = ['answer', 'state', 'failure', 'expectation']

/** Findings of all cases, those of one cause as one, and what was left out. */
export class GatheredFindings {
  readonly #findings = new Map<string, Finding>()
  #leftOut: LeftOutCounts = {}

  add (findings: readonly Finding[]): void {
    for (const finding of findings) {
      const before = this.#findings.get(finding.cause)
      this.#findings.set(finding.cause, before === undefined
        ? finding
        : { ...(finding.confirmed && !before.confirmed ? finding : before), occurrences: before.occurrences + finding.occurrences })
    }
  }

  leaveOut (endpoint: string, leftOut: readonly Tally[]): void {
    this.#leftOut = addLeftOut(this.#leftOut, endpoint, { differences: [], total: 0, counts: {}, leftOut })
  }

  leaveOutOf (result: TrialResult): void {
    for (const step of result.steps) this.leaveOut(step.endpoint, step.leftOut)
    for (const tally of result.stateLeftOut) this.leaveOut(`state ${tally.pattern.split('/')[1] ?? ''}`, [tally])
  }

  /** What legacy and its own twin differ in as well. */
  leaveOutUnstable (findings: readonly Finding[]): void {
    for (const { endpoint, difference, kind } of findings) {
      const pattern = difference?.pattern ?? ''
      this.leaveOut(kind === 'state' ? `state ${endpoint}` : endpoint, [{ because: 'noise', reason: 'unstable: legacy differs from its own twin here as well', pattern, kind: difference?.kind ?? 'status', count: 1, example: difference?.pointer ?? '' }])
    }
  }

  /** Causes that are confirmed. */
  get confirmed (): ReadonlySet<string> {
    return new Set([...this.#findings.values()].filter(({ confirmed }) => confirmed).map(({ cause }) => cause))
  }

  get leftOut (): LeftOutCounts {
    return this.#leftOut
  }

  /** By kind, then by endpoint; unconfirmed ones last. */
  get all (): readonly Finding[] {
    return [...this.#findings.values()].sort((a, b) =>
      Number(b.confirmed) - Number(a.confirmed) || kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.endpoint < b.endpoint ? -1 : a.endpoint > b.endpoint ? 1 : 0))
  }
}
