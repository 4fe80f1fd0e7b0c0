import { addBatches, noTrials, type Batch } from '../evidence/batch.ts'
import { isUnder } from '../evidence/confidence-sequence.ts'
import { fromLog } from '../evidence/log-space.ts'
import { aboveLogE, belowLogE, observeAlone, observePair, openTwoSample, type Pair, type TwoSample } from '../evidence/two-sample.ts'
import { fewestEvents, type Certainty, type PartResult } from './part.ts'
import { alarm, lately, partOf, parts, perCent } from './wording.ts'

/** A rate held against a factor times legacy's at the same time; plain JSON. */
export interface RelativeRate {
  readonly evidence: TwoSample
  readonly stage: Pair
  /** The rate that stood for the factor times legacy's, where legacy has no traffic left. */
  readonly remembered: number | null
}

const noPair: Pair = { candidate: noTrials, legacy: noTrials }

export const openRelative: RelativeRate = { evidence: openTwoSample(), stage: noPair, remembered: null }

export function observeRelative ({ evidence, stage }: RelativeRate, pair: Pair, factor: number, most?: number): RelativeRate {
  return {
    evidence: observePair(evidence, pair, factor, most),
    stage: { candidate: addBatches(stage.candidate, pair.candidate), legacy: addBatches(stage.legacy, pair.legacy) },
    remembered: null
  }
}

/** @param bound what legacy's rate was while it had traffic, times the factor */
export function observeWithoutLegacy ({ evidence, stage }: RelativeRate, batch: Batch, bound: number, most?: number): RelativeRate {
  return { evidence: observeAlone(evidence, batch, bound, most), stage: { ...stage, candidate: addBatches(stage.candidate, batch) }, remembered: bound }
}

export function enterStageRelative (state: RelativeRate): RelativeRate {
  return { ...state, stage: noPair }
}

export function alarmsRelative ({ evidence }: RelativeRate, { alpha }: Certainty): boolean {
  return evidence.candidate.events >= fewestEvents && aboveLogE(evidence) >= -Math.log(alpha)
}

/** How a relative rate is told and what is let through without a ratio. */
export interface Told {
  /** What an event of the candidate and one of legacy is. */
  readonly did: string
  readonly legacyDid: string
  /** "at most 1.2 times legacy's part" */
  readonly what: string
  /** What stands in for legacy where it has no traffic. */
  readonly alone: string
  /** A rate under which a candidate passes whatever the ratio is: between two that hardly fail, none can be shown. */
  readonly floor: number | undefined
}

/** Passes when the ratio is shown to be under the factor, and does not look otherwise in this stage. */
export function judgeRelative (state: RelativeRate, factor: number, certainty: Certainty, { did, legacyDid, what, alone, floor }: Told): PartResult {
  const { evidence, stage, remembered } = state
  const { candidate, legacy } = evidence
  if (candidate.trials === 0) {
    const lacking = evidence.pending.candidate.trials > 0 ? 'legacy has had no request to compare with' : 'the candidate has had no request yet'
    return { verdict: 'no data', reason: `${lacking}, ${what}`, samples: 0 }
  }
  const logE = aboveLogE(evidence)
  const alarmAt = 1 / certainty.alpha
  const allowed = remembered ?? (legacy.trials === 0 ? 0 : Math.min(1, factor * legacy.events / legacy.trials))
  const figures = { samples: candidate.trials, value: candidate.events / candidate.trials, bound: allowed, unit: 'part' as const, evidence: fromLog(logE), alarmAt }
  const theirs = legacy.trials === 0 ? '' : `, legacy ${parts(legacy.events, legacy.trials, legacyDid)}`
  const ours = parts(candidate.events, candidate.trials, did)
  const held = `${theirs}, ${what}${remembered === null ? '' : ` (${alone})`}`
  if (alarmsRelative(state, certainty)) {
    const { stretch } = evidence.above
    return { verdict: 'fail', reason: `${ours}${lately(stretch, candidate)}${held}: ${alarm(logE, alarmAt)}`, ...figures, value: partOf(stretch, candidate) }
  }
  const seen = ours + held
  const low = floor !== undefined && isUnder(candidate, floor, certainty.confidence)
  if (low) return { verdict: 'pass', reason: `${seen}: under ${perCent(floor)}, where a ratio says nothing`, ...figures }
  if (belowLogE(evidence) < -Math.log(1 - certainty.confidence)) return { verdict: 'no data', reason: `${seen}: not shown yet`, ...figures }
  const inStage = remembered ?? (stage.legacy.trials === 0 ? undefined : factor * stage.legacy.events / stage.legacy.trials)
  if (stage.candidate.trials === 0 || inStage === undefined) return { verdict: 'no data', reason: `${seen}: shown, but nothing to compare in this stage yet`, ...figures }
  if (stage.candidate.events > inStage * stage.candidate.trials) return { verdict: 'no data', reason: `${seen}: shown, but ${parts(stage.candidate.events, stage.candidate.trials, did)} in this stage`, ...figures }
  return { verdict: 'pass', reason: `${seen}: shown at ${perCent(certainty.confidence)} confidence`, ...figures }
}
