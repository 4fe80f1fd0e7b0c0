/** Trials and how many of them were events: failures, slow answers. Order inside a batch does not matter. */
export interface Batch {
  readonly trials: number
  readonly events: number
}

export const noTrials: Batch = Object.freeze({ trials: 0, events: 0 })

export function addBatches (a: Batch, b: Batch): Batch {
  return { trials: a.trials + b.trials, events: a.events + b.events }
}

/** Stands for a bound of 0, under which no event could ever be. */
const least = 1e-9

/**
 * ln of the likelihood ratios of a batch: alternatives, whose odds are so many times those of a bound, over the bound. With
 * p0 the bound and p1 an alternative, k events of n give (p1/p0)^k ((1-p1)/(1-p0))^(n-k): for an alternative above the
 * bound of an expectation of at most 1 under each rate up to the bound; for one below it, under each rate from the bound on.
 * Trials need not be alike: it suffices that their average keeps to the bound (the logarithm of the expectation is
 * concave in the rate).
 * @param times of each alternative, 0 or more; 0 is "no event, ever"
 * @param bound 0 to 1
 */
export function logRatios ({ trials, events }: Batch, times: readonly number[], bound: number): number[] {
  const allowed = Math.min(Math.max(bound, least), 1 - least)
  const odds = allowed / (1 - allowed)
  const nothing = Math.log1p(odds)
  // (1-p1)/(1-p0) is (1+odds)/(1+times*odds), and p1/p0 is that, `times` times.
  return times.map(each => trials * (nothing - Math.log1p(each * odds)) + (events === 0 ? 0 : events * Math.log(each)))
}
