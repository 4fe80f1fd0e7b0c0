import type { Exchange } from '../../message/exchange.ts'
import type { Tally } from '../compare/findings.ts'
import type { Difference } from '../compare/difference.ts'
import type { SideName } from './side.ts'

/** A side that did not answer a request. */
export interface SendFailure {
  readonly kind: 'refused' | 'reset' | 'timeout' | 'malformed' | 'endless'
  readonly message: string
}

/** What one step gave. */
export interface StepResult {
  /** From 1. */
  readonly step: number
  readonly endpoint: string
  /** What each side was sent and answered; a side that failed is not in it. */
  readonly exchanges: Partial<Readonly<Record<SideName, Exchange>>>
  readonly failures: Partial<Readonly<Record<SideName, SendFailure>>>
  /** Between legacy and the candidate; unexplained. */
  readonly differences: readonly Difference[]
  /** Between legacy and its own twin, beyond noise: what differs here says nothing about the candidate. */
  readonly unstable?: readonly Difference[]
  readonly leftOut: readonly Tally[]
  /** What legacy answered otherwise than the step expects, one line each. */
  readonly unexpected: readonly string[]
}

/** What one scenario gave on all sides. */
export interface TrialResult {
  readonly steps: readonly StepResult[]
  /** In what the two databases hold afterwards: pointers are `/TABLE/ROW/COLUMN`. */
  readonly state: readonly Difference[]
  /** Between the databases of legacy and its own twin, beyond noise. */
  readonly unstableState?: readonly Difference[]
  readonly stateLeftOut: readonly Tally[]
  /** Why it could not be run to its end: a capture that legacy's answer lacks, a side that is down. */
  readonly broken?: string
  readonly durationMs: number
}
