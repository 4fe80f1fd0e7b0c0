import { addBatches, noTrials, type Batch } from './batch.ts'
import { logAdd, logMixture } from './log-space.ts'

// A bettor puts capital 1 against a hypothesis, split over several wagers and over the time at which each begins. As long
// as the hypothesis holds, no wager grows in expectation, so that the sum, ever being at 1/alpha, has a probability of at
// most alpha (Ville, 1939). Capital that is kept for later is what finds a candidate that goes bad after a long good time:
// what was wagered at the start has been lost by then.
//
// Mixtures of e-processes over strategies and starting times: Waudby-Smith & Ramdas, "Estimating means of bounded random
// variables by betting", JRSS B 86 (2024); Shin, Ramdas & Rinaldo, "E-detectors: a nonparametric framework for sequential
// change detection", NEJSDS (2023), here with weights that sum to 1, which bounds the probability of a false alarm ever,
// where theirs bounds how often there is one.

/** The part of the capital that is wagered at the start. */
const atOnce = 0.7
/** In how many trials about 40 % of the rest are: begun by then is 1 - rest / (1 + ln(1 + trials / pace)). */
const pace = 1000

/** Where the wagers stand; plain JSON. */
export interface Wagers {
  /** ln of what each wager has become, as if the whole capital were on it. */
  readonly logs: readonly number[]
  /** Trials so far. */
  readonly trials: number
  /** Since what looks like the beginning of what is going on now: not evidence, but what a person wants to know of it. */
  readonly stretch: Batch
  /** How much speaks for such a beginning: ln. */
  readonly score: number
}

/** The wager whose gains and losses tell where a stretch begins. */
const middling = 2

export function openWagers (count: number): Wagers {
  return { logs: Array.from({ length: count }, () => Math.log(atOnce)), trials: 0, stretch: noTrials, score: 0 }
}

/**
 * One batch.
 * @param batch the number of its trials must not depend on how they came out
 * @param logFactors by wager, ln of what the batch multiplies it by: of an expectation of at most 1 under the hypothesis
 * @param most ln of the most that a batch may multiply a wager by, whatever it shows: less of a fair bet is one too
 */
export function settleWagers (wagers: Wagers, batch: Batch, logFactors: readonly number[], most = Infinity): Wagers {
  const { logs, trials: before } = wagers
  const { trials } = batch
  if (trials === 0) return wagers
  // What begins with this batch is put in before the batch is seen.
  const begins = Math.log(wageredBy(before + trials) - wageredBy(before))
  // As in Page's CUSUM, Biometrika 41 (1954): what went before is forgotten once it speaks against a beginning.
  const score = Math.max(0, wagers.score + logFactors[middling]!)
  return {
    logs: logs.map((log, place) => logAdd(log, begins) + Math.min(logFactors[place]!, most)),
    trials: before + trials,
    stretch: score === 0 ? noTrials : addBatches(wagers.stretch, batch),
    score
  }
}

/** ln of the e-value: the capital now, with what is not yet wagered. */
export function logCapital ({ logs, trials }: Wagers, weights: readonly number[]): number {
  return logAdd(logMixture(weights, logs), Math.log(1 - wageredBy(trials)))
}

function wageredBy (trials: number): number {
  return 1 - (1 - atOnce) / (1 + Math.log1p(trials / pace))
}
