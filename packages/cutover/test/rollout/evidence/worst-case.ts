import type { Batch } from '../../../src/rollout/evidence/batch.ts'

/**
 * The largest expectation that anybody can bring about who chooses, after each batch, the rate of the next among some, and
 * when to stop: the law of an e-process is that this is at most 1. Exact, by going through all outcomes.
 * @param value of the e-process in a state
 * @param rates that may be chosen; the expectation is linear in a trial's rate, so that the ends of a range suffice
 */
export function worstExpectation<S> (
  state: S,
  sizes: readonly number[],
  rates: readonly number[],
  step: (state: S, batch: Batch) => S,
  value: (state: S) => number
): number {
  const stopped = value(state)
  const [trials, ...rest] = sizes
  if (trials === undefined) return stopped
  const next = Array.from({ length: trials + 1 }, (_, events) => worstExpectation(step(state, { trials, events }), rest, rates, step, value))
  return Math.max(stopped, ...rates.map(rate => next.reduce((sum, each, events) => sum + each * probability(events, trials, rate), 0)))
}

/** Of some events in some trials. */
export function probability (events: number, trials: number, rate: number): number {
  let ways = 1
  for (let place = 0; place < events; place++) ways *= (trials - place) / (place + 1)
  return ways * rate ** events * (1 - rate) ** (trials - events)
}
