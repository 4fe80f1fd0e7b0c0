import type { RateCount, RateLimits } from '../../domain/rate-limits.ts'
import { createGroupCommit } from '../group-commit.ts'

/**
 * Counts together the requests that come while others are being counted: each is told as if it had come alone.
 * @param add adds to the counts of keys; answers what each has then come to
 */
export function countTogether (add: (hits: ReadonlyMap<string, number>) => Promise<ReadonlyMap<string, RateCount>>): RateLimits {
  return {
    hit: createGroupCommit<string, RateCount>(async keyIds => {
      const hits = new Map<string, number>()
      for (const id of keyIds) hits.set(id, (hits.get(id) ?? 0) + 1)
      const counts = await add(hits)
      const told = new Map<string, number>()
      return keyIds.map(id => {
        const { count, restMs } = counts.get(id)!
        const place = (told.get(id) ?? 0) + 1
        told.set(id, place)
        return { count: count - hits.get(id)! + place, restMs: Math.max(0, restMs) }
      })
    })
  }
}
