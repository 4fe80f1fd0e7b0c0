import type { ModelStatus } from '../types/models.ts'
import type { Attempt, ModelHealth } from '../types/providers.ts'

const remembered = 100

export interface ModelHealthOptions {
  /** How many failures in a row pause a model. */
  readonly failures: number
  /** For how long, milliseconds; no Retry-After pauses it longer. */
  readonly pauseMs: number
}

/** What is known of one model. */
interface Seen {
  failuresInRow: number
  pausedUntil: number
  /** The last attempts: how long each took that answered, null for each that failed. */
  readonly latest: (number | null)[]
}

/**
 * What this process has seen of the models, in its memory. A model that is busy was not asked, and one that refuses a request
 * does so for what the request is: neither says anything about its health.
 */
export function createModelHealth ({ failures, pauseMs }: ModelHealthOptions): ModelHealth {
  const models = new Map<string, Seen>()

  return {
    status (model, now): ModelStatus {
      const seen = models.get(model)
      if (seen === undefined) return 'available'
      if (now < seen.pausedUntil) return 'unavailable'
      return seen.failuresInRow > 0 ? 'degraded' : 'available'
    },

    latency (model) {
      const answered = models.get(model)?.latest.filter(latency => latency !== null) ?? []
      return answered.length === 0 ? null : answered.reduce((sum, latency) => sum + latency, 0) / answered.length
    },

    errorRate (model) {
      const latest = models.get(model)?.latest ?? []
      return latest.length === 0 ? 0 : latest.filter(latency => latency === null).length / latest.length
    },

    record ({ model, outcome, latency_ms: latency }: Attempt, now, retryAfterMs = 0) {
      if (outcome === 'busy' || outcome === 'refused') return
      let seen = models.get(model)
      if (seen === undefined) models.set(model, seen = { failuresInRow: 0, pausedUntil: -Infinity, latest: [] })
      seen.latest.push(outcome === 'ok' ? latency : null)
      if (seen.latest.length > remembered) seen.latest.shift()
      seen.failuresInRow = outcome === 'ok' ? 0 : seen.failuresInRow + 1
      if (outcome === 'ok') return
      const pause = seen.failuresInRow >= failures ? pauseMs : Math.min(retryAfterMs, pauseMs)
      seen.pausedUntil = Math.max(seen.pausedUntil, now + pause)
    },

    clear () { models.clear() }
  }
}
