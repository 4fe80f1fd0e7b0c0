import type { Logger } from 'pino'
import { LimitsUnavailable, type Counters } from '../../domain/rate-limits.ts'

/** Counters with a connection of their own. */
export interface RedisCounters extends Counters {
  close (): Promise<void>
}

// One script, so that requests at the same moment through different servers are counted one after the other.
const script = `
  local hits = redis.call('INCR', KEYS[1])
  if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { hits, redis.call('PTTL', KEYS[1]) }`

/** Counts in Redis, for servers that share one. It connects again by itself; until then requests cannot be counted. */
export async function countInRedis ({ url, log, prefix = 'assistant:' }: { url: string, log: Logger, prefix?: string }): Promise<RedisCounters> {
  const { createClient } = await import('redis')
  const client = createClient({
    url,
    // Whoever asks while it is away is told at once.
    disableOfflineQueue: true,
    socket: { connectTimeout: 2_000, reconnectStrategy: tries => Math.min(2_000, 50 * 2 ** tries) }
  })
  client.on('error', (error: Error) => log.warn({ err: error }, 'redis is away'))
  const first = new Promise<void>(resolve => {
    client.once('ready', resolve)
    client.once('error', () => resolve())
  })
  client.connect().catch(() => {})
  await first
  return {
    async hit (key, windowMs) {
      try {
        const [hits, resetMs] = await client.eval(script, { keys: [prefix + key], arguments: [String(windowMs)] }) as [number, number]
        return { hits, resetMs }
      } catch (error) {
        throw new LimitsUnavailable('requests cannot be counted: redis does not answer', { cause: error })
      }
    },
    close: async () => { client.destroy() }
  }
}
