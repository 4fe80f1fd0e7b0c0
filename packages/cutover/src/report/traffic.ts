/** When a feature's requests last reached legacy. */
export interface FeatureTraffic {
  /** Since when it is watched, ISO 8601, UTC. */
  readonly since: string
  /** The last request that legacy answered, in the candidate's place too, to the minute; null when there was none since. */
  readonly legacyAt: string | null
  readonly candidateAt: string | null
  /** How long it has been watched without a request of legacy's, milliseconds: time in which nothing watched does not count. */
  readonly quietMs: number
}

/** Content of `<stateDir>/traffic.json`, which a running switch brings up to date about each minute. */
export interface Traffic {
  readonly version: 1
  /** ISO 8601, UTC. */
  readonly at: string
  readonly features: Readonly<Record<string, FeatureTraffic>>
}

/** Totals of a feature since the switch started: fallbacks are legacy's too. */
export interface TrafficCounts {
  readonly legacy: number
  readonly candidate: number
}

/**
 * What was known, with what was seen since.
 * @param before the totals when it was last asked; what is missing there starts now
 * @param watchedMs how long it was watched since then
 */
export function trafficAfter (known: Traffic | undefined, before: ReadonlyMap<string, TrafficCounts>, now: ReadonlyMap<string, TrafficCounts>, at: Date, watchedMs: number): Traffic {
  const time = at.toISOString()
  const features: Record<string, FeatureTraffic> = {}
  for (const [feature, counts] of now) {
    const earlier = known?.features[feature] ?? { since: time, legacyAt: null, candidateAt: null, quietMs: 0 }
    const last = before.get(feature) ?? { legacy: 0, candidate: 0 }
    const hadLegacy = counts.legacy > last.legacy
    features[feature] = {
      since: earlier.since,
      legacyAt: hadLegacy ? time : earlier.legacyAt,
      candidateAt: counts.candidate > last.candidate ? time : earlier.candidateAt,
      quietMs: hadLegacy ? 0 : earlier.quietMs + Math.max(0, watchedMs)
    }
  }
  return { version: 1, at: time, features }
}

/** What a file holds, if it is one of this version. */
export function parseTraffic (value: unknown): Traffic | undefined {
  const traffic = value as Partial<Traffic> | null
  if (traffic?.version !== 1 || typeof traffic.features !== 'object' || traffic.features === null || !isTime(traffic.at)) return undefined
  const whole = Object.values(traffic.features as Record<string, Partial<FeatureTraffic> | null>).every(each =>
    isTime(each?.since) && (each!.legacyAt === null || isTime(each!.legacyAt)) && (each!.candidateAt === null || isTime(each!.candidateAt)) && typeof each!.quietMs === 'number' && each!.quietMs >= 0)
  return whole ? traffic as Traffic : undefined
}

function isTime (value: unknown): value is string {
  return typeof value === 'string' && Number.isFinite(Date.parse(value))
}
