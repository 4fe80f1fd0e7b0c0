import type { AnswerCache, CachedAnswer } from '../../types/cache.ts'

/**
 * Keeps the answers that were used last in this process.
 * @param options.most how many
 * @param options.now milliseconds of a steady clock
 */
export function cacheInMemory ({ most, now = () => performance.now() }: { most: number, now?: () => number }): AnswerCache {
  // A Map remembers the order in which its entries came: what was used goes to the end.
  const entries = new Map<string, { readonly answer: CachedAnswer, readonly ends: number }>()
  return {
    kind: 'memory',
    get (key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      if (entry.ends <= now()) return undefined
      entries.set(key, entry)
      return entry.answer
    },
    set (key, answer, ttlSeconds) {
      entries.delete(key)
      if (entries.size >= most) entries.delete(entries.keys().next().value!)
      entries.set(key, { answer, ends: now() + ttlSeconds * 1000 })
    },
    entries: () => entries.size,
    isUp: async () => true,
    clear: () => entries.clear()
  }
}
