import type { Scenario } from '../../../parity/scenario/scenario.ts'

/** A scenario as load, with the part of its steps that asks each feature: 0 to 1. */
export interface LoadScenario {
  readonly scenario: Scenario
  readonly features: Readonly<Record<string, number>>
}

/** What clients do, over and over. */
export type LoadWork =
  | { readonly kind: 'scenarios', readonly scenarios: readonly LoadScenario[] }
  /** Its sessions one after another, requests in the order in which they were recorded; only those that have no effect. */
  | { readonly kind: 'recording', readonly path: string, readonly headers: Readonly<Record<string, string>>, readonly secrets: Readonly<Record<string, string>> }

/** Load: clients in a closed loop, each of which waits for an answer, rests, and sends its next request. */
export interface LoadTask {
  readonly origin: string
  readonly work: LoadWork
  readonly clients: number
  /** How long a client rests between two requests, on average. */
  readonly pauseMs: number
  readonly timeoutMs: number
  /** Absolute: the module whose export `derive` computes what scenarios derive; undefined where none does. */
  readonly derive?: string | undefined
}

/** What the clients saw since they began; totals that only grow. */
export interface LoadTally {
  readonly requests: number
  /** Requests without an answer, and answers of 500 and above that no scenario expects. */
  readonly failed: number
  /** Answers that were otherwise than the scenario expects. */
  readonly unexpected: number
  /** Answers by the `x-routed-to` header, where the switch sends it. */
  readonly candidate: number
  /** Requests that could not be sent: a value that an earlier answer should have had was not there. */
  readonly unsent: number
  readonly slowestMs: number
  /** The first that failed or were otherwise than expected, a line each, none of them twice. */
  readonly examples: readonly string[]
}

export type LoadMessage = { readonly task: LoadTask } | { /** The feature that most of the requests are to ask. */ readonly focus: string | null } | { readonly stop: true }

export type LoadReport = { readonly tally: LoadTally, readonly done?: true } | { readonly broken: string, readonly code?: string }

export const noTally: LoadTally = { requests: 0, failed: 0, unexpected: 0, candidate: 0, unsent: 0, slowestMs: 0, examples: [] }
