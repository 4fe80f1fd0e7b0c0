/** The largest evidence that is told: beyond it a number would be Infinity, which JSON has no word for. */
const most = Math.log(Number.MAX_VALUE)

/** ln(e^a + e^b) without overflow. */
export function logAdd (a: number, b: number): number {
  const large = Math.max(a, b)
  return large === -Infinity ? large : large + Math.log1p(Math.exp(Math.min(a, b) - large))
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
