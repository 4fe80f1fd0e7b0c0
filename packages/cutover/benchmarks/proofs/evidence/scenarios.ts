import type { RolloutSettings } from '../../../src/config/rollout-settings.ts'
import type { Plan } from './simulated-rollout.ts'
import { legacyP95Ms, p95Ms, type Behaviour } from './simulated-traffic.ts'

/** The bound of the error rate. */
export const slo = 0.001
const slowAllowed = 0.05

/** The gates that share alpha. */
export const settings: Pick<RolloutSettings, 'gates' | 'alpha' | 'confidence'> = {
  alpha: 0.01,
  confidence: 0.95,
  gates: [
    { kind: 'errorRate', name: 'errorRate', bound: { below: slo, relativeToLegacy: undefined } },
    { kind: 'fallbacks', name: 'fallbacks', bound: { below: slo, relativeToLegacy: undefined } },
    { kind: 'latency', name: 'p95', quantile: 1 - slowAllowed, bound: { below: p95Ms, relativeToLegacy: p95Ms / legacyP95Ms } },
    { kind: 'sampleRatio', name: 'sampleRatio' }
  ]
}

/** 10 000 requests a second through all stages: 287 000 of the candidate's, if no stage passes before its time is up. */
export const wholeRollout: Plan = {
  requests: 1_000,
  tickMs: 100,
  stages: [
    { share: 100, leastTicks: 100, mostTicks: 400 },
    { share: 1_000, leastTicks: 100, mostTicks: 200 },
    { share: 2_500, leastTicks: 100, mostTicks: 150 },
    { share: 5_000, leastTicks: 100, mostTicks: 150 },
    { share: 10_000, leastTicks: 150, mostTicks: 150 }
  ]
}

/** 1 000 requests a second at 1 %: the candidate has one in a tick, so that an alarm is told to the request. */
export const firstStage: Plan = {
  requests: 100,
  tickMs: 100,
  stages: [{ share: 100, leastTicks: Infinity, mostTicks: 60_000 }]
}

export interface Healthy {
  readonly name: string
  /** At a time from 0 to 1. No rate is ever over its bound. */
  readonly behaviour: (time: number) => Behaviour
}

const well: Behaviour = { failing: 0, fallingBack: 0.7, slow: 0.02, legacySlow: slowAllowed }
/** Goes up and down ten times a rollout, in 20 steps, from 0 to 1. */
const wave = (time: number): number => Math.round(10 * (1 - Math.cos(20 * Math.PI * time))) / 20
/** A tenth of the time at the top, else at the bottom. */
const spikes = (time: number): number => Math.floor(time * 200) % 10 === 0 ? 1 : 0

export const healthy: readonly Healthy[] = [
  { name: 'no errors', behaviour: () => well },
  { name: 'errors at half the SLO', behaviour: () => ({ ...well, failing: slo / 2 }) },
  { name: 'errors at half the SLO on average, in waves from 0 to the SLO', behaviour: time => ({ ...well, failing: slo * wave(time) }) },
  { name: 'errors equal to the SLO', behaviour: () => ({ ...well, failing: slo }) },
  { name: 'errors equal to the SLO in spikes, a tenth of that between', behaviour: time => ({ ...well, failing: slo * (0.1 + 0.9 * spikes(time)) }) },
  { name: 'p95 just under its bounds (4.9 % over 50 ms, 5 % may)', behaviour: () => ({ ...well, slow: 0.98 * slowAllowed }) },
  { name: 'p95 just under its bounds, load in waves that slow both sides', behaviour: time => ({ ...well, slow: 0.98 * loaded(time), legacySlow: loaded(time) }) },
  { name: 'all at their bounds at once: errors, fallbacks, p95', behaviour: () => ({ failing: slo, fallingBack: 1, slow: slowAllowed, legacySlow: slowAllowed }) }
]

function loaded (time: number): number {
  return slowAllowed * (0.2 + 0.8 * wave(time))
}

/** A candidate that fails a part of its requests, from its first on. */
export function failing (rate: number, from = 0): (time: number, candidateRequests: number) => Behaviour {
  const bad = { ...well, failing: rate }
  return (_, requests) => requests < from ? well : bad
}
