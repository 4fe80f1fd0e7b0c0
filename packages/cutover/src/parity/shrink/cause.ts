import { createHash } from 'node:crypto'
import type { Difference } from '../compare/difference.ts'
import type { Finding, FindingKind } from '../finding.ts'
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
 * The name of a cause: 12 hexadecimal digits over kind, endpoint, and the difference's kind and pattern.
 * @param detail for what is no difference: how a side failed
 */
export function causeOf (kind: FindingKind, endpoint: string, difference?: Pick<Difference, 'kind' | 'pattern'>, detail = ''): string {
  const text = JSON.stringify([kind, endpoint, difference?.kind ?? detail, difference?.pattern ?? ''])
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
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
    add({ cause: causeOf('state', table, difference), kind: 'state', endpoint: table, message: `${said(difference)} in what was stored`, difference })
  }
  return [...found.values()]
}

function * ofStep ({ step, endpoint, differences, failures, unexpected }: StepResult): Iterable<Observation> {
  const status = differences.find(difference => difference.kind === 'status')
  for (const difference of status === undefined ? differences : [status]) {
    yield { cause: causeOf('answer', endpoint, difference), kind: 'answer', endpoint, message: said(difference), difference, step }
  }
  if (failures.candidate !== undefined && failures.legacy?.kind !== failures.candidate.kind) {
    const { kind, message } = failures.candidate
    yield { cause: causeOf('failure', endpoint, undefined, `candidate ${kind}`), kind: 'failure', endpoint, message: `the candidate did not answer: ${message}`, step }
  } else if (failures.legacy !== undefined && failures.candidate === undefined) {
    const { kind, message } = failures.legacy
    yield { cause: causeOf('failure', endpoint, undefined, `legacy ${kind}`), kind: 'failure', endpoint, message: `legacy did not answer, the candidate did: ${message}`, step }
  }
  for (const line of unexpected) yield { cause: causeOf('expectation', endpoint, undefined, line), kind: 'expectation', endpoint, message: line, step }
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

/** What names a cause in a finding and in an observation alike. */
export type Cause = Pick<Finding, 'cause' | 'kind' | 'endpoint'> & { readonly difference?: Pick<Difference, 'kind' | 'pattern'> }
