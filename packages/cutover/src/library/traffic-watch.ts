import { join } from 'node:path'
import { keepFile, readKeptJson } from '../config/kept-file.ts'
import type { Registry } from '../metrics/registry.ts'
import { parseTraffic, trafficAfter, type Traffic, type TrafficCounts } from '../report/traffic.ts'
import type { Log } from '../switch/log.ts'

/** Keeps, in the state folder, when each backend had its last request of each feature. */
export interface TrafficWatch {
  /** Looks once more, and stops. */
  close (): Promise<void>
}

const everyMs = 60_000

/**
 * Looks at the counters about each minute. Nothing waits for it, and a disk that is full costs only the record.
 * @param clock milliseconds, monotonic
 */
export async function watchTraffic ({ stateDir, features, registry, log, clock = () => performance.now(), now = () => new Date() }: {
  readonly stateDir: string
  readonly features: readonly string[]
  readonly registry: Pick<Registry, 'stats'>
  readonly log: Log
  readonly clock?: () => number
  readonly now?: () => Date
}): Promise<TrafficWatch> {
  const file = join(stateDir, 'traffic.json')
  const kept = await readKeptJson(file, 10_000_000)
  let known: Traffic | undefined = kept !== undefined && 'value' in kept ? parseTraffic(kept.value) : undefined
  // Counted from nothing, quiet begins anew: that is never too long.
  if (kept !== undefined && known === undefined) log({ level: 'warn', message: `${file} cannot be read: how long legacy had no traffic is counted anew.` })
  let before: ReadonlyMap<string, TrafficCounts> = new Map()
  let at = clock()
  const look = async (): Promise<void> => {
    const counts = new Map(features.map(feature => [feature, countsOf(registry, feature)]))
    const passed = clock() - at
    at += passed
    // A machine that slept watched nothing meanwhile.
    known = trafficAfter(known, before, counts, now(), Math.min(passed, 2 * everyMs))
    before = counts
    await keepFile(file, JSON.stringify(known) + '\n').catch((error: Error) => log({ level: 'warn', message: `${file} cannot be written: ${error.message}` }))
  }
  let last = look()
  const timer = setInterval(() => { last = last.then(look) }, everyMs).unref()
  return {
    close: async () => {
      clearInterval(timer)
      await last.then(look)
    }
  }
}

/** What legacy answered in the candidate's place is in its own count or in that of fallbacks: either is traffic that needs it. */
function countsOf (registry: Pick<Registry, 'stats'>, feature: string): TrafficCounts {
  const [legacy, candidate] = [registry.stats(feature, 'legacy'), registry.stats(feature, 'candidate')]
  return { legacy: legacy.requests + candidate.fallbacks, candidate: candidate.requests }
}
