import type { GateResult, Verdict } from '../../config/control.ts'
import type { Gate } from './gate.ts'

export interface AskedSeen {
  readonly last: { readonly verdict: Verdict, readonly value: number | null, readonly reason: string } | null
  /** How often it has said something. */
  readonly answers: number
}

/** A gate that something else answers: a function of the user's, or a Prometheus query. */
export function askedGate (name: string, whom: string): Gate<AskedSeen> {
  return {
    name,
    open: () => ({ last: null, answers: 0 }),
    enterStage: seen => seen,
    observe ({ answers }, _before, { asked }) {
      const answer = asked[name]
      if (answer === undefined) return { last: null, answers }
      return { last: { verdict: answer.verdict, value: answer.value ?? null, reason: answer.reason }, answers: answers + 1 }
    },
    alarmed: ({ last }) => last?.verdict === 'fail',
    judge ({ last, answers: samples }): GateResult {
      if (last === null) return { gate: name, verdict: 'no data', reason: `${whom} has not answered`, samples }
      return { gate: name, verdict: last.verdict, reason: last.reason, samples, ...(last.value === null ? {} : { value: last.value, unit: 'number' as const }) }
    }
  }
}
