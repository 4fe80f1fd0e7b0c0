import { logRatios, type Batch } from './batch.ts'
import { logCapital, openWagers, settleWagers, type Wagers } from './wagers.ts'

// Likelihood ratios of Bernoulli trials against the bound, mixed over rates above it: Wald, "Sequential tests of
// statistical hypotheses", Annals of Mathematical Statistics 16 (1945); as a bet against a composite hypothesis:
// Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86 (2024).

/** The odds of an event are this many times those of the bound, with the part of the capital that is put on it. */
const alternatives: ReadonlyArray<readonly [times: number, weight: number]> = [[1.5, 0.08], [2.5, 0.12], [5, 0.4], [12, 0.2], [50, 0.12], [250, 0.08]]
const times = alternatives.map(([each]) => each)
const weights = alternatives.map(([, weight]) => weight)

/** Evidence against "the rate of events is at most a bound, at every moment"; plain JSON. */
export interface RateEvidence extends Wagers {
  readonly events: number
}

export function openRate (): RateEvidence {
  return { ...openWagers(alternatives.length), events: 0 }
}

/**
 * @param bound 0 to 1; another one may be given from batch to batch, as long as it is known before the batch
 * @param most see `settleWagers`
 */
export function observeRate (evidence: RateEvidence, batch: Batch, bound: number, most?: number): RateEvidence {
  if (batch.trials === 0) return evidence
  const settled = settleWagers(evidence, batch, logRatios(batch, times, bound), most)
  return { ...settled, events: evidence.events + batch.events }
}

/** ln of the e-value, whose expectation is at most 1 while the hypothesis holds, at whatever moment one looks. */
export function rateLogE (evidence: RateEvidence): number {
  return logCapital(evidence, weights)
}
