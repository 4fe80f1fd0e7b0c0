import type { Exchange } from '../message/exchange.ts'
import type { Tally } from './compare/findings.ts'
import type { Difference } from './compare/difference.ts'
import type { Scenario } from './scenario/scenario.ts'

/**
 * Where a finding shows: in an `answer`, in the `state` that was stored, in a `failure` to answer at all (the
 * backend died, hung, broke off), or against an `expectation` of the scenario.
 */
export type FindingKind = 'answer' | 'state' | 'failure' | 'expectation'

/** Something that nothing explains, with how often it was met. */
export interface Finding {
  /** 12 hexadecimal digits over kind, endpoint, and the difference's kind and pattern: the same cause has the same ones from run to run. */
  readonly cause: string
  readonly kind: FindingKind
  /** `GET /api/vehicles/${id}`; the table for a state. */
  readonly endpoint: string
  /** One line for a person, without the values. */
  readonly message: string
  readonly difference?: Difference
  /** The case in which it was first met: a scenario, a recorded session, a fuzzed sequence. */
  readonly case: string
  /** The step in it, from 1. */
  readonly step?: number
  readonly occurrences: number
  /** False when it did not show again in further tries of the same case: a race, perhaps. */
  readonly confirmed: boolean
  /** What was sent and answered where it was first met. */
  readonly exchanges?: { readonly legacy: Exchange, readonly candidate: Exchange }
  /** The smallest case that still shows it. */
  readonly shrunk?: Scenario
  /** The file in which that was saved. */
  readonly file?: string
}

export interface CaseResult {
  readonly name: string
  readonly steps: number
  readonly durationMs: number
  readonly outcome: 'same' | 'different' | 'failed' | 'skipped'
  /** Causes of its findings. */
  readonly causes: readonly string[]
  /** What it asked, each once, where that is known. */
  readonly endpoints?: readonly string[]
  /** Why it was skipped or failed. */
  readonly note?: string
}

/** What was tried of one endpoint. */
export interface EndpointCoverage {
  readonly endpoint: string
  readonly requests: number
  /** Legacy's statuses, with how often each was answered. */
  readonly statuses: Readonly<Record<string, number>>
  /** Statuses that its description names and that never came. */
  readonly missing?: readonly string[]
  /** Parameters given at least once, and those never given: `query:page`, `body:/vin`. */
  readonly parameters?: { readonly given: readonly string[], readonly never: readonly string[] }
}

/** What `verify`, `fuzz`, `replay` and `diff` give. Plain data. */
export interface ParityReport {
  readonly command: 'verify' | 'fuzz' | 'replay' | 'diff'
  /** RFC 3339 in UTC. */
  readonly startedAt: string
  readonly durationMs: number
  readonly cases: readonly CaseResult[]
  /** By kind, then by endpoint; unconfirmed ones last. */
  readonly findings: readonly Finding[]
  /** What was left out, by endpoint, with the reason of each. */
  readonly leftOut: Readonly<Record<string, readonly Tally[]>>
  readonly coverage: readonly EndpointCoverage[]
  /** Endpoints that are known (OpenAPI, the config's routes) and were never asked. */
  readonly untested: readonly string[]
  /** What a reader must know: a database that was not compared, a run cut short. */
  readonly notes: readonly string[]
  /** What makes the run again: the seed of a fuzzer. */
  readonly seed?: number
}

/** Whether a run found something that nothing explains and that showed again. */
export function hasFindings (report: ParityReport): boolean {
  return report.findings.some(finding => finding.confirmed)
}
