import { createHash } from 'node:crypto'
import type { DifferenceKind } from './compare/difference.ts'
import type { FindingKind } from './finding.ts'

/** What makes two findings the same: everything but the values. */
export interface CauseParts {
  readonly kind: FindingKind
  /** The endpoint, or the table of a state. */
  readonly endpoint: string
  readonly difference?: { readonly kind: DifferenceKind, readonly pattern: string } | undefined
  /** What else tells it from others, such as the kind of a failure or the text of an expectation. */
  readonly detail?: string | undefined
}

/** The cause of a finding: 12 hexadecimal digits, the same from run to run. */
export function causeOf ({ kind, endpoint, difference, detail }: CauseParts): string {
  // What came instead of what was expected may be another value each time.
  const told = kind === 'expectation' ? detail?.replace(/, [^,]* came$|, ["[{].* came$/s, '') : detail
  const parts = [kind, endpoint, difference?.kind ?? '', difference?.pattern ?? '', told ?? '']
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}
