/** An estimate with its 95 % interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The median of ratios with a percentile bootstrap over them; the resampling is seeded, so that the same ratios give the same interval. */
export function bootstrapRatio (ratios: readonly number[], samples = 2000): Interval {
  const random = seeded(42)
  const medians: number[] = []
  for (let i = 0; i < samples; i++) {
    medians.push(middle(ratios.map(() => ratios[Math.floor(random() * ratios.length)] as number)))
  }
  medians.sort((a, b) => a - b)
  const at = (share: number) => round(medians[Math.floor(share * (samples - 1))] as number)
  return { value: round(middle(ratios)), low: at(0.025), high: at(0.975) }
}

/** A small generator of numbers from 0 to 1 (mulberry32). */
export function seeded (seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function middle (values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] as number : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2
}

function round (value: number): number {
  return Math.round(value * 1000) / 1000
}
