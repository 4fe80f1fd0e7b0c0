import { logRatios, type Batch } from './batch.ts'
import { logCapital, openWagers, settleWagers, type Wagers } from './wagers.ts'

// Whether requests are split as the share says: a mismatch means that one side loses or gains requests, so that no
// comparison of the two can be trusted. Sequentially: Lindon & Malek, "Anytime-valid inference for multinomial count data",
// NeurIPS (2022). Their alternatives are spread by a Dirichlet distribution around the ratio; these are odds on both sides
// of it, so that evidence adds up over stages of different shares.

const alternatives = [1 / 8, 1 / 2.5, 1 / 1.5, 1 / 1.2, 1 / 1.08, 1.08, 1.2, 1.5, 2.5, 8]
const weights = alternatives.map(() => 1 / alternatives.length)

/** Evidence against "each request goes to the candidate with the probability that its share says"; plain JSON. */
export interface SampleRatio extends Wagers {
  readonly toCandidate: number
  /** How many would have been expected. */
  readonly expected: number
}

export function openSampleRatio (): SampleRatio {
  return { ...openWagers(alternatives.length), toCandidate: 0, expected: 0 }
}

/**
 * @param drawn how many were drawn, and how many of them for the candidate
 * @param share above 0 and under 1, in effect while they were drawn
 */
export function observeSplit (evidence: SampleRatio, drawn: Batch, share: number): SampleRatio {
  if (drawn.trials === 0) return evidence
  return {
    ...settleWagers(evidence, drawn, logRatios(drawn, alternatives, share)),
    toCandidate: evidence.toCandidate + drawn.events,
    expected: evidence.expected + drawn.trials * share
  }
}

/** ln of the e-value. */
export function splitLogE (evidence: SampleRatio): number {
  return logCapital(evidence, weights)
}
