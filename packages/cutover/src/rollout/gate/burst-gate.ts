import { extendRun, isOutage } from '../evidence/burst.ts'
import type { Reading } from '../reading.ts'
import type { Gate } from './gate.ts'
import { added } from './increase.ts'
import { whole } from './wording.ts'

export interface BurstSeen {
  /** Failures in a row, up to now. */
  readonly run: number
  /** The longest such run that was an outage. */
  readonly outage: number
  readonly breaker: Reading['breaker']
  /** Whether legacy fails too. */
  readonly excused: boolean
  readonly requests: number
}

/**
 * An outage, without waiting for a rate: the breaker is open, or ten requests in a row have failed. Each rollout has it.
 * While legacy fails too, or is being asked whether it does, nobody is to blame, and nothing is passed.
 */
export const burstGate: Gate<BurstSeen> = {
  name: 'burst',
  open: () => ({ run: 0, outage: 0, breaker: 'closed', excused: false, requests: 0 }),
  enterStage: seen => seen,
  observe (seen, before, now) {
    if (before === undefined) return seen
    const batch = added(side => ({ trials: side.requests, events: side.failures }), before, now, 'candidate')
    const run = extendRun(seen.run, batch)
    const excused = now.excused === true || now.breaker === 'asking'
    return {
      run,
      outage: isOutage(run) && !excused ? Math.max(seen.outage, run) : seen.outage,
      breaker: now.breaker,
      excused,
      requests: seen.requests + batch.trials
    }
  },
  alarmed: ({ outage, breaker }) => outage > 0 || isBlamed(breaker),
  judge ({ run, outage, breaker, excused, requests: samples }) {
    if (isBlamed(breaker)) return { gate: 'burst', verdict: 'fail', reason: `the breaker opened after ${whole(samples)} requests: a burst of failures`, samples }
    if (outage > 0) return { gate: 'burst', verdict: 'fail', reason: `${whole(outage)} requests in a row failed`, samples, value: outage, unit: 'count' }
    if (breaker === 'asking') return { gate: 'burst', verdict: 'no data', reason: 'a burst of failures: legacy is being asked whether it fails too', samples }
    if (excused && isOutage(run)) return { gate: 'burst', verdict: 'no data', reason: `${whole(run)} requests in a row failed, and so do legacy's: an outage of something that both need`, samples, value: run, unit: 'count' }
    if (samples === 0) return { gate: 'burst', verdict: 'no data', reason: 'the candidate has had no request yet', samples }
    return { gate: 'burst', verdict: 'pass', reason: run === 0 ? `no outage in ${whole(samples)} requests` : `${whole(run)} of the last requests failed, in a row`, samples, value: run, unit: 'count' }
  }
}

function isBlamed (breaker: Reading['breaker']): boolean {
  return breaker === 'open' || breaker === 'half-open'
}
