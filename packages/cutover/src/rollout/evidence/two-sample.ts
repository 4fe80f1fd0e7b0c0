import { addBatches, logRatio, noTrials, type Batch } from './batch.ts'
import { logMixture } from './log-space.ts'
import { logCapital, openWagers, settleWagers, type Wagers } from './wagers.ts'

// Of k events in a batch in which the candidate had n_c requests and legacy n_l, the candidate's part is, at a ratio r of
// their rates, r n_c / (r n_c + n_l), whatever the rates are: what changes for both (load, a slow database) cancels.
// Conditioning on the total: Przyborowski & Wilenski, Biometrika 31 (1940); sequentially, with rates that change: Lindon &
// Malek, "Anytime-valid inference for multinomial count data", NeurIPS (2022). That the likelihood ratio of these parts has
// an expectation of at most 1 for Bernoulli trials too, at any rate and size, follows from 1 + x <= e^x: see
// docs/reference/evidence.md.

const above: ReadonlyArray<readonly [times: number, weight: number]> = [[1.3, 0.1], [2, 0.2], [4, 0.25], [12, 0.2], [60, 0.15], [400, 0.1]]
const below: ReadonlyArray<readonly [times: number, weight: number]> = [[0, 0.4], [0.05, 0.1], [0.2, 0.1], [0.4, 0.1], [0.6, 0.15], [0.8, 0.1], [0.9, 0.05]]
const weightsAbove = above.map(([, weight]) => weight)
const weightsBelow = below.map(([, weight]) => weight)
/** Lost capital: as a number that JSON can hold. */
const ruined = -1e9

/** What both sides had at the same time. */
export interface Pair {
  readonly candidate: Batch
  readonly legacy: Batch
}

/** Evidence on the candidate's rate over legacy's; plain JSON. */
export interface TwoSample {
  /** Against "it is at most the factor". */
  readonly above: Wagers
  /** Against "it is at least the factor": ln, by alternative. */
  readonly below: readonly number[]
  readonly candidate: Batch
  readonly legacy: Batch
  /** Waits until both sides have had a request: alone, one side says nothing of a ratio. */
  readonly pending: Pair
}

export function openTwoSample (): TwoSample {
  return {
    above: openWagers(above.length),
    below: below.map(() => 0),
    candidate: noTrials,
    legacy: noTrials,
    pending: { candidate: noTrials, legacy: noTrials }
  }
}

/** @param factor the ratio of the rates that is held against both hypotheses, above 0 */
export function observePair (evidence: TwoSample, pair: Pair, factor: number): TwoSample {
  const pending = { candidate: addBatches(evidence.pending.candidate, pair.candidate), legacy: addBatches(evidence.pending.legacy, pair.legacy) }
  if (pending.candidate.trials === 0 || pending.legacy.trials === 0) return { ...evidence, pending }
  const exposed = factor * pending.candidate.trials
  const events = pending.candidate.events + pending.legacy.events
  const log = (times: number): number => {
    const won = pending.candidate.events === 0 ? 0 : pending.candidate.events * Math.log(times)
    return won - events * Math.log((times * exposed + pending.legacy.trials) / (exposed + pending.legacy.trials))
  }
  return {
    ...settled(evidence, pending.candidate, log),
    legacy: addBatches(evidence.legacy, pending.legacy),
    pending: { candidate: noTrials, legacy: noTrials }
  }
}

/**
 * Where legacy has no traffic left, so that the candidate can only be held against a rate that is remembered.
 * @param bound what stands for the factor times legacy's rate
 */
export function observeAlone (evidence: TwoSample, batch: Batch, bound: number): TwoSample {
  return batch.trials === 0 ? evidence : settled(evidence, batch, times => logRatio(batch, times, bound))
}

/** ln of the e-value against "the candidate's rate is at most the factor times legacy's". */
export function aboveLogE (evidence: TwoSample): number {
  return logCapital(evidence.above, weightsAbove)
}

/** ln of the e-value against "the candidate's rate is at least the factor times legacy's". */
export function belowLogE (evidence: TwoSample): number {
  return logMixture(weightsBelow, evidence.below)
}

function settled (evidence: TwoSample, candidate: Batch, log: (times: number) => number): TwoSample {
  return {
    ...evidence,
    above: settleWagers(evidence.above, candidate.trials, above.map(([times]) => log(times))),
    below: below.map(([times], place) => Math.max(ruined, evidence.below[place]! + log(times))),
    candidate: addBatches(evidence.candidate, candidate)
  }
}
