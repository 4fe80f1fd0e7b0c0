import type { GateResult } from '../../../src/config/control.ts'
import type { Gates, GatesState } from '../../../src/rollout/gate/gates.ts'

/** As much as the window needs: counts at its start. */
interface Window {
  readonly requests: number
  readonly failures: number
}

/**
 * What many rollouts do instead of evidence: count in windows of so many requests, and fail on a rate over the bound.
 * It shows that the simulation sees a bad test as bad.
 */
export function naiveWindow (bound: number, requests: number): Gates {
  const window = (state: GatesState): Window => (state.seen.window ?? { requests: 0, failures: 0 }) as unknown as Window
  const keep = (state: GatesState, { requests, failures }: Window): GatesState => ({ ...state, seen: { window: { requests, failures } } })
  return {
    open: () => ({ seen: {}, failed: {} }),
    enterStage: state => state,
    observe (state, before, now) {
      if (before === undefined) return state
      const seen = window(state)
      const grown = {
        requests: seen.requests + now.sides.candidate.requests - before.sides.candidate.requests,
        failures: seen.failures + now.sides.candidate.failures - before.sides.candidate.failures
      }
      if (grown.requests < requests) return keep(state, grown)
      if (grown.failures < 3 || grown.failures <= bound * grown.requests) return keep(state, { requests: 0, failures: 0 })
      const failed: GateResult = { gate: 'window', verdict: 'fail', reason: `${grown.failures} of ${grown.requests} failed`, samples: grown.requests }
      return { ...state, failed: { window: failed } }
    },
    failure: ({ failed }) => failed.window,
    judge: () => [{ gate: 'window', verdict: 'no data', reason: 'it says nothing but fail', samples: 0 }]
  }
}
