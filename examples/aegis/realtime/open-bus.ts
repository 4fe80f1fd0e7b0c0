import { createBus, type Bus } from './bus.ts'
import type { LinkLog } from './redis-link.ts'

/** The bus of this process: with REDIS_URL joined to those of others, else on its own. */
export async function openBus (redisUrl: string | undefined, log: LinkLog): Promise<Bus> {
  if (redisUrl === undefined) return createBus()
  const { openRedisLink } = await import('./redis-link.ts')
  return createBus(openRedisLink({ url: redisUrl, log }))
}
