import type { GateResult } from '../../config/control.ts'
import type { GateSettings } from '../../config/rollout-settings.ts'
import type { ParityReading } from '../reading.ts'
import type { Gate } from './gate.ts'
import { whole } from './wording.ts'

export interface ParitySeen {
  readonly live: { readonly same: number, readonly different: number }
  /** Comparisons in this stage. */
  readonly inStage: number
  readonly verified: { readonly at: string, readonly differences: number, readonly cases: number } | null
}

/** Differences that `cutover verify` found, and those that shadowing finds while the rollout runs. */
export function parityGate ({ name, differences: allowed, verify, live: needed }: Extract<GateSettings, { kind: 'parity' }>): Gate<ParitySeen> {
  return {
    name,
    open: () => ({ live: { same: 0, different: 0 }, inStage: 0, verified: null }),
    enterStage: seen => ({ ...seen, inStage: 0 }),
    observe (seen, before, { parity: { live, verified = null } }) {
      const { same, different } = before === undefined ? { same: 0, different: 0 } : grown(before.parity.live, live)
      return {
        live: { same: seen.live.same + same, different: seen.live.different + different },
        inStage: seen.inStage + same + different,
        verified
      }
    },
    alarmed: ({ live, verified }) => live.different > allowed || (verify && verified !== null && verified.differences > allowed),
    judge ({ live, inStage, verified }): GateResult {
      const compared = live.same + live.different
      const counted = verify ? verified : null
      const value = Math.max(live.different, counted?.differences ?? 0)
      const result = (verdict: GateResult['verdict'], reason: string): GateResult =>
        ({ gate: name, verdict, reason, samples: compared + (counted?.cases ?? 0), value, bound: allowed, unit: 'count' })
      if (live.different > allowed) return result('fail', `${whole(live.different)} of ${whole(compared)} shadowed answers differed, ${whole(allowed)} may`)
      if (counted !== null && counted.differences > allowed) return result('fail', `cutover verify of ${counted.at} found ${whole(counted.differences)} differences in ${whole(counted.cases)} cases, ${whole(allowed)} may be`)
      if (verify && counted === null) return result('no data', 'this feature was never verified: run `cutover verify`')
      if (verify && counted!.cases === 0) return result('no data', `cutover verify of ${counted!.at} had no case for this feature: add a scenario or a recording, and run it again`)
      if (inStage < needed) return result('no data', `${whole(inStage)} of ${whole(needed)} shadowed answers compared in this stage`)
      const words = [
        ...(counted === null ? [] : [`${whole(counted.differences)} differences in ${whole(counted.cases)} cases of cutover verify`]),
        ...(compared === 0 ? [] : [`${whole(live.different)} of ${whole(compared)} shadowed answers differed`])
      ]
      return result('pass', words.join('; '))
    }
  }
}

function grown (was: ParityReading['live'], is: ParityReading['live']): ParityReading['live'] {
  return { same: Math.max(0, is.same - was.same), different: Math.max(0, is.different - was.different) }
}
