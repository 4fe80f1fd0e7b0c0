import type { BackendName } from '../../config/target.ts'
import type { GateSettings } from '../../config/rollout-settings.ts'
import type { Batch } from '../evidence/batch.ts'
import type { LatencyReading, Reading } from '../reading.ts'
import { alarmsAbsolute, judgeAbsolute, observeAbsolute, openAbsolute, type AbsoluteRate } from './absolute-rate.ts'
import type { Gate } from './gate.ts'
import { everyone, increase } from './increase.ts'
import { joinParts, type Certainty } from './part.ts'
import { alarmsRelative, enterStageRelative, judgeRelative, observeRelative, observeWithoutLegacy, openRelative, type RelativeRate } from './relative-rate.ts'
import { milliseconds, perCent, whole } from './wording.ts'

export interface LatencySeen {
  readonly absolute: AbsoluteRate
  readonly relative: RelativeRate
  /** Legacy's quantile, milliseconds, and when it was looked at; null while legacy has had too little traffic. */
  readonly legacy: { readonly quantileMs: number, readonly at: number } | null
}

/** Legacy's quantile moves slowly; finding it is the dearest thing that a gate does. */
const refreshMs = 1000
/** A quantile of what is recent rests on this many answers at least, or on all. */
const recentEnough = 2000
/** How many of legacy's answers must lie beyond its quantile before that is one. */
const fewestBeyond = 20
/**
 * ln of the most that one tick may count for. Requests that wait behind one another are slow together: a pause of a
 * process, which every process has, is one event and not fifty. A few ticks of it in a row are an alarm.
 */
const mostATick = 3

/**
 * A quantile of the latency: "p95 is at most 50 ms" is "at most 5 % take longer than 50 ms", a rate.
 *
 * Relative to legacy: with t legacy's quantile so far and f the factor, the part of the candidate's answers over f t is
 * held against the part of legacy's over t in the same time, so that what slows down both is not held against one.
 */
export function latencyGate (settings: Extract<GateSettings, { kind: 'latency' }>, certainty: Certainty): Gate<LatencySeen> {
  const { name, quantile, bound: { below, relativeToLegacy: factor } } = settings
  const allowed = 1 - quantile
  const both = below !== undefined && factor !== undefined
  const each = both ? { ...certainty, alpha: certainty.alpha / 2 } : certainty

  return {
    name,
    open: () => ({ absolute: openAbsolute, relative: openRelative, legacy: null }),
    enterStage: seen => ({ ...seen, absolute: { ...seen.absolute, stage: openAbsolute.stage }, relative: enterStageRelative(seen.relative) }),
    observe (seen, before, now) {
      if (before === undefined) return seen
      const absolute = below === undefined ? seen.absolute : observeAbsolute(seen.absolute, between(before, now, 'candidate', below), allowed, mostATick)
      if (factor === undefined) return { ...seen, absolute }
      const legacy = refreshed(seen.legacy, before)
      return { absolute, legacy, relative: legacy === null ? seen.relative : against(seen.relative, before, now, legacy.quantileMs, factor) }
    },
    alarmed: ({ absolute, relative }) =>
      (below !== undefined && alarmsAbsolute(absolute, each)) || (factor !== undefined && alarmsRelative(relative, each)),
    judge: ({ absolute, relative, legacy }) => joinParts(name, [
      ...(below === undefined ? [] : [judgeAbsolute(absolute, allowed, each, `took longer than ${milliseconds(below)}`, `${perCent(allowed)} may`)]),
      ...(factor === undefined ? [] : [legacy === null ? tooLittle() : relatively(relative, legacy.quantileMs, factor)])
    ])
  }

  function against (relative: RelativeRate, before: Reading, now: Reading, quantileMs: number, times: number): RelativeRate {
    const candidate = between(before, now, 'candidate', times * quantileMs)
    return before.share < everyone
      ? observeRelative(relative, { candidate, legacy: between(before, now, 'legacy', quantileMs) }, 1, mostATick)
      : observeWithoutLegacy(relative, candidate, allowed, mostATick)
  }

  /** Looked at before the batch that it is used for, as evidence needs it. */
  function refreshed (known: LatencySeen['legacy'], before: Reading): LatencySeen['legacy'] {
    if (known !== null && (before.at - known.at < refreshMs || before.share >= everyone)) return known
    const { latencies } = before.sides.legacy
    if (latencies.total * allowed < fewestBeyond) return known
    // Some above the estimate, so that a bound that is remembered is not too strict by chance.
    const margin = 2 * Math.sqrt(quantile * allowed / Math.min(latencies.total, recentEnough))
    const quantileMs = latencies.quantileSince(undefined, Math.min(1, quantile + margin))
    return quantileMs === null ? known : { quantileMs, at: before.at }
  }

  function relatively (relative: RelativeRate, quantileMs: number, times: number) {
    return judgeRelative(relative, 1, each, {
      did: `took longer than ${milliseconds(times * quantileMs)}`,
      legacyDid: `longer than ${milliseconds(quantileMs)}`,
      what: `${name} at most ${times} times legacy's`,
      alone: 'legacy has no traffic left, so that its last one stands',
      floor: undefined
    })
  }

  function tooLittle () {
    const reason = `legacy has had fewer than ${whole(fewestBeyond / allowed)} requests, so that its ${name} is not known`
    return { verdict: 'no data' as const, reason, samples: 0 }
  }
}

function between (before: Reading, now: Reading, backend: BackendName, bound: number): Batch {
  return increase(slowOf(before.sides[backend].latencies, bound), slowOf(now.sides[backend].latencies, bound))
}

function slowOf (latencies: LatencyReading, bound: number): Batch {
  return { trials: latencies.known(bound), events: latencies.over(bound) }
}
