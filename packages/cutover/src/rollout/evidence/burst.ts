import type { Batch } from './batch.ts'

// A run of failures is told from chance by its length alone: at a rate p it begins at a given request with a probability of
// p to that power, so that ten in a row at p = 1 % would take 10^20 requests (Feller, "An Introduction to Probability
// Theory and Its Applications" I, XIII.7). It needs no batch to be full and no model, and finds an outage in milliseconds.

/** How many failures in a row are an outage: as many as open the breaker of the switch by default. */
export const outage = 10

/**
 * Failures in a row up to now, for what came in a batch whose order is not known: it goes on only where all failed.
 * @param run before the batch
 */
export function extendRun (run: number, { trials, events }: Batch): number {
  if (trials === 0) return run
  return events >= trials ? run + trials : 0
}

export function isOutage (run: number): boolean {
  return run >= outage
}
