import type { GateSettings } from '../../config/rollout-settings.ts'
import type { Batch } from '../evidence/batch.ts'
import { upperBound } from '../evidence/confidence-sequence.ts'
import type { Reading, SideReading } from '../reading.ts'
import { alarmsAbsolute, judgeAbsolute, observeAbsolute, openAbsolute, resolution, type AbsoluteRate } from './absolute-rate.ts'
import type { Gate } from './gate.ts'
import { added, everyone } from './increase.ts'
import { joinParts, type Certainty } from './part.ts'
import { alarmsRelative, enterStageRelative, judgeRelative, observeRelative, observeWithoutLegacy, openRelative, type RelativeRate } from './relative-rate.ts'
import { perCent } from './wording.ts'

export interface FailureSeen {
  readonly absolute: AbsoluteRate
  readonly relative: RelativeRate
}

/** `errorRate` and `fallbacks`: the part of the candidate's requests that failed, a fallback being a failure too. */
export function failureGate (settings: Extract<GateSettings, { kind: 'errorRate' | 'fallbacks' }>, certainty: Certainty): Gate<FailureSeen> {
  const { name, kind, bound: { below, relativeToLegacy: factor } } = settings
  const did = kind === 'errorRate' ? 'failed' : 'fell back'
  const count = (side: SideReading): Batch => ({ trials: side.requests, events: kind === 'errorRate' ? side.failures : side.fallbacks })
  const both = below !== undefined && factor !== undefined
  const each = both ? { ...certainty, alpha: certainty.alpha / 2 } : certainty

  return {
    name,
    open: () => ({ absolute: openAbsolute, relative: openRelative }),
    enterStage: ({ absolute, relative }) => ({ absolute: { ...absolute, stage: openAbsolute.stage }, relative: enterStageRelative(relative) }),
    observe ({ absolute, relative }, before, now) {
      if (before === undefined) return { absolute, relative }
      const candidate = added(count, before, now, 'candidate')
      return {
        absolute: below === undefined ? absolute : observeAbsolute(absolute, candidate, below),
        relative: factor === undefined ? relative : against(relative, candidate, before, now, factor)
      }
    },
    alarmed: ({ absolute, relative }) =>
      (below !== undefined && alarmsAbsolute(absolute, each)) || (factor !== undefined && alarmsRelative(relative, each)),
    judge: ({ absolute, relative }) => joinParts(name, [
      ...(below === undefined ? [] : [judgeAbsolute(absolute, below, each, did)]),
      ...(factor === undefined
        ? []
        : [judgeRelative(relative, factor, each, {
            did,
            legacyDid: did,
            what: `at most ${factor} times legacy's part`,
            alone: `legacy has no traffic left, so that what it had before stands: ${perCent(relative.remembered ?? 0)}`,
            floor: Math.min(below || resolution, resolution)
          })])
    ])
  }

  function against (relative: RelativeRate, candidate: Batch, before: Reading, now: Reading, times: number): RelativeRate {
    if (before.share < everyone) return observeRelative(relative, { candidate, legacy: added(count, before, now, 'legacy') }, times)
    const legacy = count(before.sides.legacy)
    return legacy.trials === 0 ? relative : observeWithoutLegacy(relative, candidate, Math.min(1, times * upperBound(legacy, certainty.confidence)))
  }
}
