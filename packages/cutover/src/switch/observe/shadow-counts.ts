import type { ShadowFeature, ShadowSkip } from '../../config/admin-api.ts'

interface Counts {
  same: number
  different: number
  differences: Record<string, number>
  skipped: Partial<Record<ShadowSkip, number>>
}

/** What shadowing did, by feature. */
export class ShadowCounts {
  readonly #features: ReadonlyMap<string, Counts>

  constructor (features: readonly string[]) {
    this.#features = new Map(features.map(feature => [feature, { same: 0, different: 0, differences: {}, skipped: {} }]))
  }

  skipped (feature: string, why: ShadowSkip): void {
    const { skipped } = this.#features.get(feature)!
    skipped[why] = (skipped[why] ?? 0) + 1
  }

  same (feature: string): void {
    this.#features.get(feature)!.same++
  }

  /** @param kinds how many differences of each kind one pair of answers has */
  different (feature: string, kinds: Readonly<Record<string, number>>): void {
    const counts = this.#features.get(feature)!
    counts.different++
    for (const [kind, count] of Object.entries(kinds)) counts.differences[kind] = (counts.differences[kind] ?? 0) + count
  }

  snapshot (): readonly ShadowFeature[] {
    return [...this.#features].map(([feature, { same, different, differences, skipped }]) => ({ feature, same, different, differences: { ...differences }, skipped: { ...skipped } }))
  }
}
