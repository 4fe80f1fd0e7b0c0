/** Draws how many of some trials are events. */
export type Binomial = (trials: number, rate: number) => number

const mostCached = 20_000

/**
 * Exact draws from binomial distributions, by inversion. Distributions are kept, as a simulation draws from few of them
 * very often.
 * @param random numbers in [0, 1)
 */
export function binomial (random: () => number): Binomial {
  const tables = new Map<number, Map<number, Table>>()
  let cached = 0
  return (trials, rate) => {
    if (trials === 0 || rate <= 0) return 0
    if (rate >= 1) return trials
    let ofRate = tables.get(rate)
    if (ofRate === undefined) tables.set(rate, ofRate = new Map())
    let table = ofRate.get(trials)
    if (table === undefined) {
      if (++cached > mostCached) {
        tables.clear()
        cached = 0
        tables.set(rate, ofRate = new Map())
      }
      ofRate.set(trials, table = tabulated(trials, rate))
    }
    return drawn(table, random())
  }
}

interface Table {
  readonly first: number
  /** Probability of at most `first` + index events. */
  readonly below: Float64Array
}

function drawn ({ first, below }: Table, point: number): number {
  let low = 0
  let high = below.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (below[middle]! <= point) low = middle + 1
    else high = middle
  }
  return first + low
}

/** All of the distribution that is not less than 1e-16 of its peak, which is found from its mode outwards. */
function tabulated (trials: number, rate: number): Table {
  const mode = Math.floor((trials + 1) * rate)
  const odds = rate / (1 - rate)
  const up: number[] = []
  for (let at = Math.min(mode, trials), mass = 1; at <= trials && mass > 1e-16; at++) {
    up.push(mass)
    mass *= (trials - at) / (at + 1) * odds
  }
  const down: number[] = []
  for (let at = Math.min(mode, trials), mass = 1; at > 0; at--) {
    mass *= at / (trials - at + 1) / odds
    if (mass <= 1e-16) break
    down.push(mass)
  }
  const masses = [...down.reverse(), ...up]
  const total = masses.reduce((sum, mass) => sum + mass, 0)
  let sum = 0
  return { first: Math.min(mode, trials) - down.length, below: Float64Array.from(masses, mass => (sum += mass) / total) }
}
