import { causeOf } from '../cause.ts'
import type { Difference } from '../compare/difference.ts'
import type { Finding, FindingKind } from '../finding.ts'
import { saidOf } from '../difference-text.ts'
import type { StepResult, TrialResult } from './result.ts'

/**
 * What one trial found, a finding for each cause where it was first met, none of them confirmed. In an answer whose status
 * differs only that counts: the rest of the answer follows from it.
 * @param name the scenario's
 */
export function findingsOf (result: TrialResult, name: string): readonly Finding[] {
  const found = new Map<string, Finding>()
  const add = (finding: Omit<Finding, 'case' | 'occurrences' | 'confirmed'>): void => {
    const before = found.get(finding.cause)
    found.set(finding.cause, before === undefined ? { ...finding, case: name, occurrences: 1, confirmed: false } : { ...before, occurrences: before.occurrences + 1 })
  }
  for (const step of result.steps) for (const finding of ofStep(step)) add(finding)
  for (const difference of result.state) {
    const table = difference.pattern.split('/')[1] ?? ''
    add({ cause: causeOf({ kind: 'state', endpoint: table, difference }), kind: 'state', endpoint: table, message: `${saidOf(difference)} in what was stored`, difference })
  }
  return [...found.values()]
}

type Found = Omit<Finding, 'case' | 'occurrences' | 'confirmed'>

function * ofStep ({ step, endpoint, exchanges, differences, failures, unexpected }: StepResult): Iterable<Found> {
  const { legacy, candidate } = exchanges
  const make = (kind: FindingKind, message: string, more: { difference?: Difference, detail?: string }): Found => ({
    cause: causeOf({ kind, endpoint, ...more }),
    kind,
    endpoint,
    message,
    step,
    ...(more.difference !== undefined && { difference: more.difference }),
    ...(legacy !== undefined && candidate !== undefined && { exchanges: { legacy, candidate } })
  })
  const status = differences.filter(({ kind }) => kind === 'status')
  for (const difference of status.length === 0 ? differences : status) yield make('answer', saidOf(difference), { difference })
  if (failures.candidate !== undefined && failures.legacy?.kind !== failures.candidate.kind) {
    yield make('failure', `the candidate did not answer: ${failures.candidate.message}`, { detail: `candidate ${failures.candidate.kind}` })
  } else if (failures.legacy !== undefined && failures.candidate === undefined && candidate !== undefined) {
    yield make('failure', `legacy did not answer, the candidate did: ${failures.legacy.message}`, { detail: `legacy ${failures.legacy.kind}` })
  }
  for (const line of unexpected) yield make('expectation', line, { detail: line })
}
