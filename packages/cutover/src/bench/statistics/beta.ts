/** The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22, Lentz's method). */
export function betaBelow (x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
}

/** Where the incomplete beta function reaches a part, by bisection. */
export function betaQuantile (part: number, a: number, b: number): number {
  let low = 0
  let high = 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (betaBelow(middle, a, b) < part) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * A quantile of Student's t distribution (Student, 1908): t² follows from a beta quantile.
 * @param part from 0.5 to 1
 * @param freedom degrees of freedom, at least 1
 */
export function studentQuantile (part: number, freedom: number): number {
  const x = betaQuantile(2 * (1 - part), freedom / 2, 0.5)
  return Math.sqrt(freedom * (1 - x) / x)
}

function fraction (x: number, a: number, b: number): number {
  const tiny = 1e-300
  let c = 1
  let d = 1 / nonZero(1 - (a + b) * x / (a + 1), tiny)
  let result = d
  for (let m = 1; m < 10_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d, tiny)
    c = nonZero(1 + even / c, tiny)
    result *= d * c
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d, tiny)
    c = nonZero(1 + odd / c, tiny)
    result *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return result
}

function nonZero (value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/** The logarithm of the gamma function for positive arguments (Lanczos' approximation, g = 7). */
function logGamma (x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7
  ]
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const base = x - 1
  const sum = coefficients.reduce((total, coefficient, place) => total + coefficient / (base + place + 1), 0.9999999999998099)
  const shifted = base + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (base + 0.5) * Math.log(shifted) - shifted + Math.log(sum)
}
