import { windowMs, type RateCount, type RateLimits } from '../../domain/rate-limits.ts'
import type { Redis } from '../redis.ts'
import { countTogether } from './together.ts'

// One script, so that requests at the same moment through different servers are counted one after the other.
const script = `
  local count = redis.call('INCRBY', KEYS[1], ARGV[1])
  if count == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return { count, redis.call('PTTL', KEYS[1]) }`

/** Counts in Redis, for servers that share one; both faces count under `nr:rate:KEY_ID`. */
export function countInRedis (redis: Redis, { window = windowMs } = {}): RateLimits {
  return countTogether(async hits => new Map(await Promise.all([...hits].map(async ([keyId, count]): Promise<[string, RateCount]> => {
    const [total, restMs] = await redis.run(script, `nr:rate:${keyId}`, String(count), String(window)) as [number, number]
    return [keyId, { count: total, restMs }]
  }))))
}
