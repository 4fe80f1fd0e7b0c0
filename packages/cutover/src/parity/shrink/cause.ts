import { causeOf } from '../cause.ts'
import type { Difference } from '../compare/difference.ts'
import type { FindingKind } from '../finding.ts'
import type { StepResult, TrialResult } from '../trial/result.ts'

/** One thing that a trial showed, with the cause by which it is known from run to run. */
export interface Observation {
  readonly cause: string
  readonly kind: FindingKind
  readonly endpoint: string
  /** One line for a person, without the values. */
  readonly message: string
  readonly difference?: Difference
  /** From 1; undefined for a state. */
  readonly step?: number
}

/**
 * What a trial showed, each cause once, where it was first met. In an answer whose status differs only that counts:
 * the rest of the answer follows from it.
 */
export function observationsOf (trial: TrialResult): readonly Observation[] {
  const found = new Map<string, Observation>()
  const add = (one: Observation): void => {
    if (!found.has(one.cause)) found.set(one.cause, one)
  }
  for (const step of trial.steps) for (const one of ofStep(step)) add(one)
  for (const difference of trial.state) {
    const table = difference.pattern.split('/')[1] ?? ''
    add({ cause: causeOf({ kind: 'state', endpoint: table, difference }), kind: 'state', endpoint: table, message: `${said(difference)} in what was stored`, difference })
  }
  return [...found.values()]
}

function * ofStep ({ step, endpoint, differences, failures, unexpected }: StepResult): Iterable<Observation> {
  const status = differences.find(difference => difference.kind === 'status')
  for (const difference of status === undefined ? differences : [status]) {
    yield { cause: causeOf({ kind: 'answer', endpoint, difference }), kind: 'answer', endpoint, message: said(difference), difference, step }
  }
  if (failures.candidate !== undefined && failures.legacy?.kind !== failures.candidate.kind) {
    const { kind, message } = failures.candidate
    yield { cause: causeOf({ kind: 'failure', endpoint, detail: `candidate ${kind}` }), kind: 'failure', endpoint, message: `the candidate did not answer: ${message}`, step }
  } else if (failures.legacy !== undefined && failures.candidate === undefined) {
    const { kind, message } = failures.legacy
    yield { cause: causeOf({ kind: 'failure', endpoint, detail: `legacy ${kind}` }), kind: 'failure', endpoint, message: `legacy did not answer, the candidate did: ${message}`, step }
  }
  for (const line of unexpected) yield { cause: causeOf({ kind: 'expectation', endpoint, detail: line }), kind: 'expectation', endpoint, message: line, step }
}

const phrases: Readonly<Record<Difference['kind'], string>> = {
  missing: 'is missing',
  extra: 'is extra',
  type: 'has another type',
  value: 'has another value',
  order: 'has another order',
  format: 'has another format',
  header: 'is another',
  'cookie attribute': 'is another',
  status: 'is another',
  encoding: 'is another',
  length: 'has another length'
}

function said ({ kind, pattern }: Difference): string {
  return `${pattern} ${phrases[kind]}`
}
