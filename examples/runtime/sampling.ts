/** How many of `n` draws may fall on one side for the rest to be chance: outside of it with at most the probability `1 - level`. */
export interface Interval {
  readonly least: number
  readonly most: number
}

/** The central interval of the binomial distribution: at most half of `1 - level` lies below it, and half above. */
export function binomialInterval (n: number, p: number, level: number): Interval {
  if (p <= 0) return { least: 0, most: 0 }
  if (p >= 1) return { least: n, most: n }
  const tail = (1 - level) / 2
  const logOdds = Math.log(p) - Math.log1p(-p)
  // By logarithms: the first probability of a large n is smaller than any number.
  const probabilities: number[] = []
  let logarithm = n * Math.log1p(-p)
  for (let k = 0; k <= n; k++) {
    probabilities.push(Math.exp(logarithm))
    logarithm += Math.log(n - k) - Math.log(k + 1) + logOdds
  }
  return { least: within(probabilities, tail), most: n - within(probabilities.reverse(), tail) }
}

/** How many values come before the one at which their sum exceeds `tail`. */
function within (probabilities: readonly number[], tail: number): number {
  let sum = 0
  return probabilities.findIndex(probability => (sum += probability) > tail)
}
