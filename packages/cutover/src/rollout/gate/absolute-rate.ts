import { addBatches, noTrials, type Batch } from '../evidence/batch.ts'
import { isUnder, upperBound } from '../evidence/confidence-sequence.ts'
import { fromLog } from '../evidence/log-space.ts'
import { observeRate, openRate, rateLogE, type RateEvidence } from '../evidence/rate-e-process.ts'
import { fewestEvents, type Certainty, type PartResult } from './part.ts'
import { alarm, lately, partOf, parts, perCent } from './wording.ts'

/** A rate held against a fixed bound; plain JSON. */
export interface AbsoluteRate {
  /** Of the whole rollout. */
  readonly evidence: RateEvidence
  /** Of this stage alone. */
  readonly stage: Batch
}

/** What no part of traffic can show: a bound under it is taken as shown when this is, and nothing was seen against it. */
export const resolution = 0.001

export const openAbsolute: AbsoluteRate = { evidence: openRate(), stage: noTrials }

export function observeAbsolute ({ evidence, stage }: AbsoluteRate, batch: Batch, bound: number, most?: number): AbsoluteRate {
  return { evidence: observeRate(evidence, batch, bound, most), stage: addBatches(stage, batch) }
}

export function alarmsAbsolute ({ evidence }: AbsoluteRate, { alpha }: Certainty): boolean {
  return evidence.events >= fewestEvents && rateLogE(evidence) >= -Math.log(alpha)
}

/**
 * Passes when the rate of the whole rollout is shown to be under the bound, and that of this stage is not over it: what
 * went well at 10 % must not hide what goes wrong at 50 %.
 * @param did what an event is: "failed"
 * @param what the bound, in words
 */
export function judgeAbsolute (state: AbsoluteRate, bound: number, certainty: Certainty, did: string, what = `bound ${perCent(bound)}`): PartResult {
  const { evidence, stage } = state
  const { trials, events } = evidence
  if (trials === 0) return { verdict: 'no data', reason: `the candidate has had no request yet, ${what}`, samples: 0, bound, unit: 'part' }
  const upper = upperBound(evidence, certainty.confidence)
  const logE = rateLogE(evidence)
  const alarmAt = 1 / certainty.alpha
  const figures = { samples: trials, value: events / trials, bound, unit: 'part' as const, upper, evidence: fromLog(logE), alarmAt }
  const seen = `${parts(events, trials, did)}, ${what}`
  if (alarmsAbsolute(state, certainty)) {
    const { stretch } = evidence
    return { verdict: 'fail', reason: `${parts(events, trials, did)}${lately(stretch, evidence)}, ${what}: ${alarm(logE, alarmAt)}`, ...figures, value: partOf(stretch, evidence) }
  }
  const sure = `at most ${perCent(upper, 3)} at ${perCent(certainty.confidence)} confidence`
  const shown = bound > 0 ? isUnder(evidence, bound, certainty.confidence) : events === 0 && upper <= resolution
  if (!shown) return { verdict: 'no data', reason: `${seen}: not shown yet, ${sure}`, ...figures }
  if (stage.trials === 0) return { verdict: 'no data', reason: `${seen}: ${sure}, but no request in this stage yet`, ...figures }
  if (stage.events > bound * stage.trials) return { verdict: 'no data', reason: `${seen}: ${sure}, but ${parts(stage.events, stage.trials, did)} in this stage`, ...figures }
  return { verdict: 'pass', reason: `${seen}: ${sure}`, ...figures }
}
