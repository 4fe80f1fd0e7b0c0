import type { Attempt, AttemptOutcome, Failure } from '../types/providers.ts'

const limited: ReadonlySet<AttemptOutcome> = new Set(['rate_limited', 'busy'])

/**
 * What a request is told that no model answered.
 * @param asked how long providers asked to wait, milliseconds
 */
export function failureOf (attempts: readonly Attempt[], asked: readonly number[]): Failure {
  const all = (holds: (outcome: AttemptOutcome) => boolean): boolean => attempts.length > 0 && attempts.every(({ outcome }) => holds(outcome))
  if (all(outcome => outcome === 'timeout')) return { all: 'timeout', retryAfter: null, attempts }
  if (!all(outcome => limited.has(outcome))) return { all: 'mixed', retryAfter: null, attempts }
  return { all: 'limited', retryAfter: Math.max(1, Math.ceil(Math.min(...asked.length > 0 ? asked : [0]) / 1000)), attempts }
}
