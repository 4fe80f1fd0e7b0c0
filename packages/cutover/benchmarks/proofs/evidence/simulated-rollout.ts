import type { Gates } from '../../../src/rollout/gate/gates.ts'
import type { Binomial } from './binomial.ts'
import { SimulatedTraffic, type Behaviour } from './simulated-traffic.ts'

/** A stage of a simulated rollout. */
export interface SimulatedStage {
  /** Basis points. */
  readonly share: number
  readonly leastTicks: number
  /** After which a person goes on whatever the gates say, so that a rollout sees all of its stages. */
  readonly mostTicks: number
}

export interface Plan {
  readonly stages: readonly SimulatedStage[]
  /** Requests of both sides in a tick. */
  readonly requests: number
  readonly tickMs: number
}

export interface Outcome {
  /** Name of the gate that took it back. */
  readonly alarm: string | undefined
  /** The candidate's requests until then, or in all. */
  readonly requests: number
  /** Whether every stage was left because its gates passed, the last one too. */
  readonly completed: boolean
}

/** Passing is looked at this often, ticks; failing at every tick. */
const lookEvery = 50

/**
 * A rollout from its first stage to an alarm or its end.
 * @param behaviour at a time from 0 (start) to 1 (its longest end)
 */
export function simulate ({ stages, requests, tickMs }: Plan, gates: Gates, draw: Binomial, behaviour: (time: number, candidateRequests: number) => Behaviour): Outcome {
  const traffic = new SimulatedTraffic(draw)
  const length = stages.reduce((sum, { mostTicks }) => sum + mostTicks, 0)
  let state = gates.open()
  let before = traffic.reading(0)
  let passed = 0
  let tick = 0
  for (const { share, leastTicks, mostTicks } of stages) {
    state = gates.enterStage(state)
    before = { ...before, share }
    for (let inStage = 1; inStage <= mostTicks; inStage++) {
      traffic.pass(requests, share, behaviour(tick++ / length, traffic.candidateRequests), tickMs)
      const now = traffic.reading(share)
      state = gates.observe(state, before, now)
      before = now
      const failure = gates.failure(state)
      if (failure !== undefined) return { alarm: failure.gate, requests: traffic.candidateRequests, completed: false }
      if (inStage < leastTicks || inStage % lookEvery !== 0) continue
      if (gates.judge(state).every(({ verdict }) => verdict === 'pass')) {
        passed++
        break
      }
    }
  }
  return { alarm: undefined, requests: traffic.candidateRequests, completed: passed === stages.length }
}
