import { addBatches, logRatios, noTrials, type Batch } from './batch.ts'
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
const timesAbove = above.map(([times]) => times)
const timesBelow = below.map(([times]) => times)
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
  /** Waits until both sides have had a request, as one alone says nothing of a ratio. Rates are taken to stay as they are so long. */
  readonly pending: Pair
}

const nothingPending: Pair = Object.freeze({ candidate: noTrials, legacy: noTrials })

export function openTwoSample (): TwoSample {
  return {
    above: openWagers(above.length),
    below: below.map(() => 0),
    candidate: noTrials,
    legacy: noTrials,
    pending: nothingPending
  }
}

/**
 * @param factor the ratio of the rates that is held against both hypotheses, above 0
 * @param most see `settleWagers`
 */
export function observePair (evidence: TwoSample, pair: Pair, factor: number, most?: number): TwoSample {
  const pending = { candidate: addBatches(evidence.pending.candidate, pair.candidate), legacy: addBatches(evidence.pending.legacy, pair.legacy) }
  if (pending.candidate.trials === 0 || pending.legacy.trials === 0) return { ...evidence, pending }
  return {
    above: settleWagers(evidence.above, pending.candidate, logParts(pending, factor, timesAbove), most),
    below: settleBelow(evidence.below, logParts(pending, factor, timesBelow)),
    candidate: addBatches(evidence.candidate, pending.candidate),
    legacy: addBatches(evidence.legacy, pending.legacy),
    pending: nothingPending
  }
}

/**
 * Where legacy has no traffic left, so that the candidate can only be held against a rate that is remembered.
 * @param bound what stands for the factor times legacy's rate
 */
export function observeAlone (evidence: TwoSample, batch: Batch, bound: number, most?: number): TwoSample {
  if (batch.trials === 0) return evidence
  return {
    ...evidence,
    above: settleWagers(evidence.above, batch, logRatios(batch, timesAbove, bound), most),
    below: settleBelow(evidence.below, logRatios(batch, timesBelow, bound)),
    candidate: addBatches(evidence.candidate, batch)
  }
}

/** ln of the e-value against "the candidate's rate is at most the factor times legacy's". */
export function aboveLogE (evidence: TwoSample): number {
  return logCapital(evidence.above, weightsAbove)
}

/** ln of the e-value against "the candidate's rate is at least the factor times legacy's". */
export function belowLogE (evidence: TwoSample): number {
  return logMixture(weightsBelow, evidence.below)
}

/** ln of the likelihood ratios of the candidate's part of the events: at so many times the factor, over the factor. */
function logParts ({ candidate, legacy }: Pair, factor: number, times: readonly number[]): number[] {
  const exposed = factor * candidate.trials
  const events = candidate.events + legacy.events
  if (events === 0) return times.map(() => 0)
  return times.map(each => (candidate.events === 0 ? 0 : candidate.events * Math.log(each)) - events * Math.log((each * exposed + legacy.trials) / (exposed + legacy.trials)))
}

function settleBelow (logs: readonly number[], factors: readonly number[]): number[] {
  return logs.map((log, place) => Math.max(ruined, log + factors[place]!))
}
