import { windowMs, type RateLimits } from '../../domain/rate-limits.ts'
import type { Redis } from '../redis.ts'

// One script, so that requests at the same moment through different servers are counted one after the other.
const script = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { count, redis.call('PTTL', KEYS[1]) }`

/** Counts in Redis, for servers that share one; both faces count under `nr:rate:KEY_ID`. */
export function countInRedis (redis: Redis, { window = windowMs } = {}): RateLimits {
  return {
    async hit (keyId) {
      const [count, restMs] = await redis.run(script, `nr:rate:${keyId}`, String(window)) as [number, number]
      return { count, restMs: Math.max(0, restMs) }
    }
  }
}
