/** The largest evidence that is told: beyond it a number would be Infinity, which JSON has no word for. */
const most = Math.log(Number.MAX_VALUE)

/** ln(e^a + e^b) without overflow. */
export function logAdd (a: number, b: number): number {
  const large = a > b ? a : b
  const apart = a > b ? b - a : a - b
  // Beyond 2^-54 of the larger one the smaller one is lost in its last place.
  return large === -Infinity || apart < -37.5 ? large : large + Math.log1p(Math.exp(apart))
}

/** ln of the sum of weight * e^log, without overflow. */
export function logMixture (weights: readonly number[], logs: readonly number[]): number {
  let large = -Infinity
  for (const log of logs) if (log > large) large = log
  if (large === -Infinity) return large
  let sum = 0
  for (let place = 0; place < logs.length; place++) sum += weights[place]! * Math.exp(logs[place]! - large)
  return large + Math.log(sum)
}

/** e^log, at most the largest number. */
export function fromLog (log: number): number {
  return log >= most ? Number.MAX_VALUE : Math.exp(log)
}
