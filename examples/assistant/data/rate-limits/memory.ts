import type { Counters } from '../../domain/rate-limits.ts'

/** Counts in this process. `now` is in milliseconds. */
export function countInMemory ({ now = Date.now } = {}): Counters {
  const windows = new Map<string, { hits: number, ends: number }>()
  let swept = now()

  function sweep (at: number, windowMs: number): void {
    if (at - swept < windowMs) return
    swept = at
    for (const [key, { ends }] of windows) if (ends <= at) windows.delete(key)
  }

  return {
    async hit (key, windowMs) {
      const at = now()
      sweep(at, windowMs)
      let window = windows.get(key)
      if (window === undefined || window.ends <= at) windows.set(key, window = { hits: 0, ends: at + windowMs })
      window.hits++
      return { hits: window.hits, resetMs: window.ends - at }
    }
  }
}
