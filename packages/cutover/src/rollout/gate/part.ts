import type { GateResult } from '../../config/control.ts'

/** What one bound of a gate says: a gate has one that is absolute, one relative to legacy, or both. */
export type PartResult = Omit<GateResult, 'gate'>

/** How sure a part must be, either way. */
export interface Certainty {
  /** The probability that it raises a false alarm, ever. */
  readonly alpha: number
  /** Of its passing. */
  readonly confidence: number
}

/** Fewer events than this never take a feature back: one may be anything. */
export const fewestEvents = 3

/**
 * One answer of several: it fails if one of them does and passes if all do.
 * Figures and reason are those of what decided it: the first that failed, all that lack data, or all.
 */
export function joinParts (gate: string, results: readonly PartResult[]): GateResult {
  const worst = results.find(({ verdict }) => verdict === 'fail') ?? results.find(({ verdict }) => verdict === 'no data') ?? results[0]!
  const nothing = results.every(({ samples }) => samples === 0)
  const decided = worst.verdict === 'fail' || nothing ? [worst] : results.filter(({ verdict }) => verdict === worst.verdict)
  const reason = decided.map(result => result.reason).join('; ')
  return { gate, ...worst, reason, samples: Math.max(...results.map(({ samples }) => samples)) }
}
