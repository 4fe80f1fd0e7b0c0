import { fromLog } from '../evidence/log-space.ts'
import { observeSplit, openSampleRatio, splitLogE, type SampleRatio } from '../evidence/sample-ratio.ts'
import type { Gate } from './gate.ts'
import { everyone } from './increase.ts'
import { fewestEvents, type Certainty } from './part.ts'
import { alarm, perCent, whole } from './wording.ts'

export interface SplitSeen {
  readonly split: SampleRatio
  /** At a share of 100 %: how many were drawn, and how many of them went to legacy all the same. */
  readonly atFull: { readonly drawn: number, readonly astray: number }
  readonly inStage: number
}

/** How many draws a stage needs. */
const fewestDraws = 100

/** Whether requests are split as the share says; not for sticky features, whose users are split. */
export function sampleRatioGate (name: string, certainty: Certainty): Gate<SplitSeen> {
  const alarmed = ({ split, atFull }: SplitSeen): boolean =>
    atFull.astray >= fewestEvents || (split.trials >= fewestEvents && splitLogE(split) >= -Math.log(certainty.alpha))

  return {
    name,
    open: () => ({ split: openSampleRatio(), atFull: { drawn: 0, astray: 0 }, inStage: 0 }),
    enterStage: seen => ({ ...seen, inStage: 0 }),
    observe (seen, before, now) {
      // While the share changes it is not known which requests were drawn by which.
      if (before === undefined || !now.drawn || before.share !== now.share || now.share === 0) return seen
      const candidate = now.drawnTo.candidate - before.drawnTo.candidate
      const legacy = now.drawnTo.legacy - before.drawnTo.legacy
      if (candidate < 0 || legacy < 0) return seen
      const inStage = seen.inStage + candidate + legacy
      if (now.share >= everyone) return { ...seen, inStage, atFull: { drawn: seen.atFull.drawn + candidate + legacy, astray: seen.atFull.astray + legacy } }
      return { ...seen, inStage, split: observeSplit(seen.split, { trials: candidate + legacy, events: candidate }, now.share / everyone) }
    },
    alarmed,
    judge (seen) {
      const { split, atFull, inStage } = seen
      const samples = split.trials + atFull.drawn
      if (samples === 0) return { gate: name, verdict: 'no data', reason: 'no request was drawn by the share yet', samples }
      const logE = splitLogE(split)
      const alarmAt = 1 / certainty.alpha
      const figures = {
        samples,
        ...(split.trials === 0 ? {} : { value: split.toCandidate / split.trials, bound: split.expected / split.trials, unit: 'part' as const }),
        evidence: fromLog(logE),
        alarmAt
      }
      if (atFull.astray >= fewestEvents) return { gate: name, verdict: 'fail', reason: `${whole(atFull.astray)} of ${whole(atFull.drawn)} requests went to legacy at a share of 100 %`, ...figures }
      const went = split.trials === 0
        ? `all ${whole(atFull.drawn)} drawn requests went to the candidate at 100 %`
        : `${whole(split.toCandidate)} of ${whole(split.trials)} drawn requests went to the candidate (${perCent(split.toCandidate / split.trials)}), ${whole(split.expected)} expected`
      if (alarmed(seen)) return { gate: name, verdict: 'fail', reason: `${went}: ${alarm(logE, alarmAt)}`, ...figures }
      if (inStage < fewestDraws) return { gate: name, verdict: 'no data', reason: `${went}; ${whole(inStage)} of ${fewestDraws} in this stage`, ...figures }
      return { gate: name, verdict: 'pass', reason: went, ...figures }
    }
  }
}
