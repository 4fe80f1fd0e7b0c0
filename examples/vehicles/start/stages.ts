import type { Sample } from './traffic.ts'

/** What a stage of the demonstration showed. */
export interface StageResult {
  readonly feature: string
  readonly share: number
  readonly requests: number
  readonly legacy: SideResult
  readonly candidate: SideResult
  readonly failures: readonly string[]
  /** What does not hold, in words; empty when all does. */
  readonly problems: readonly string[]
}

export interface SideResult { readonly count: number, readonly p50: number | undefined, readonly p95: number | undefined }

/**
 * Judges the samples of a stage: nothing failed, nobody else answered, 0 % and 100 % are exact, another share lies
 * within five standard deviations (one false alarm in a million), and a sticky session stayed on one side.
 * @param share per cent
 */
export function judgeStage (feature: string, share: number, samples: readonly Sample[], sticky: boolean): StageResult {
  const candidate = sideOf(samples, 'candidate')
  const legacy = sideOf(samples, 'legacy')
  const failures = samples.flatMap(({ failure }) => failure ?? [])
  const problems: string[] = []
  if (failures.length > 0) problems.push(`${failures.length} requests failed, the first: ${failures[0]}`)
  if (samples.length === 0) problems.push('no request was sent')
  const elsewhere = samples.length - candidate.count - legacy.count
  if (elsewhere > 0) problems.push(`${elsewhere} answers do not say who gave them`)
  if (share === 0 && candidate.count > 0) problems.push(`${candidate.count} requests went to the candidate at 0 %`)
  if (share === 100 && legacy.count > 0) problems.push(`${legacy.count} requests went to legacy at 100 %`)
  if (share > 0 && share < 100) {
    // Sticky sessions are drawn, not their requests.
    const draws = sticky ? new Set(samples.map(({ session }) => session)).size : samples.length
    const drawn = sticky ? new Set(samples.filter(({ side }) => side === 'candidate').map(({ session }) => session)).size : candidate.count
    const expected = draws * share / 100
    const spread = 5 * Math.sqrt(draws * share / 100 * (1 - share / 100))
    if (Math.abs(drawn - expected) > spread) problems.push(`${drawn} of ${draws} went to the candidate, which is not ${share} %`)
  }
  if (sticky) {
    const sides = new Map<number, string>()
    for (const { session, side } of samples) {
      if ((sides.get(session) ?? side) !== side) problems.push(`session ${session} changed sides`)
      sides.set(session, side)
    }
  }
  return { feature, share, requests: samples.length, legacy, candidate, failures, problems: [...new Set(problems)] }
}

function sideOf (samples: readonly Sample[], side: string): SideResult {
  const times = samples.filter(sample => sample.side === side).map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const at = (quantile: number): number | undefined => times[Math.min(times.length - 1, Math.floor(times.length * quantile))]
  return { count: times.length, p50: at(0.5), p95: at(0.95) }
}
