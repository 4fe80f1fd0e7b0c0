import { randomBytes, randomUUID } from 'node:crypto'
import { availableParallelism, loadavg } from 'node:os'
import { DrizzleQueryError } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Pool } from 'pg'
import { destination, pino, type DestinationStream, type Logger } from 'pino'
import { openTogether } from '@cutover-examples/runtime/open-together'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { createApiKeyRepository } from './data/api-key-repository.ts'
import { cacheInMemory } from './data/cache/memory.ts'
import { cacheInRedis } from './data/cache/redis.ts'
import { migrate } from './data/migrate.ts'
import { createPool } from './data/pool.ts'
import { countInPostgres } from './data/rate-limits/postgres.ts'
import { countInRedis } from './data/rate-limits/redis.ts'
import { connectRedis } from './data/redis.ts'
import { seed } from './data/seed.ts'
import { openSettingsFeed } from './data/settings-feed.ts'
import { createSettingsRepository } from './data/settings-repository.ts'
import { isoTimeOf } from './data/times.ts'
import { createUsageRepository } from './data/usage-repository.ts'
import { createApiKeys, type ApiKeys } from './domain/api-keys.ts'
import { catalogue } from './domain/catalogue.ts'
import { createHealthReports, type HealthReport, type SystemFigures } from './domain/health.ts'
import { createPrompts, type Prompts } from './domain/prompts.ts'
import type { RateLimits } from './domain/rate-limits.ts'
import { createSettingsDesk, type SettingsDesk } from './domain/settings.ts'
import { createSnapshots, type Snapshot } from './domain/snapshot.ts'
import type { UsageStore } from './domain/usage.ts'
import { createFailover } from './external/failover.ts'
import { createModelHealth } from './external/health.ts'
import { startStandIn } from './external/stand-in/stand-in.ts'
import type { Environment } from './environment.ts'
import type { ModelStatus } from './types/models.ts'

/** All that the candidate face needs. */
export interface Services {
  readonly log: Logger
  readonly apiKeys: ApiKeys
  readonly settings: SettingsDesk
  readonly prompts: Prompts
  readonly usage: UsageStore
  readonly rateLimits: RateLimits
  /** What this process decides by now. */
  snapshot (): Snapshot | Promise<Snapshot>
  /** As this process has seen a model. */
  modelStatus (id: string): ModelStatus
  health (): Promise<HealthReport>
}

/** Services with what they were made from, which whoever opened them closes. */
export interface OpenServices extends Services {
  readonly pool: Pool
  /** Closes connections and stops what was started here. Call it when no request is open any more. */
  close (): Promise<void>
}

/**
 * Opens the database (an embedded one without DATABASE_URL), brings it up to date, and joins the parts.
 * Without the URLs of the providers a stand-in answers for them; without REDIS_URL the database counts requests, and answers
 * are cached in memory.
 */
export async function openServices (environment: Environment, log: Logger = createLog(environment)): Promise<OpenServices> {
  return openTogether(async closeLater => {
    const embedded = environment.DATABASE_URL === undefined ? await startDatabase('neuroroute') : undefined
    if (embedded !== undefined) closeLater(() => embedded.stop())
    const standIn = environment.OPENAI_BASE_URL === undefined || environment.ANTHROPIC_BASE_URL === undefined ? await startStandIn() : undefined
    if (standIn !== undefined) closeLater(() => standIn.close())

    const url = environment.DATABASE_URL ?? embedded!.url
    const pool = createPool({ url, size: environment.DATABASE_POOL, log })
    closeLater(async () => {
      if (!pool.ending) await pool.end()
    })
    await migrate(pool)
    const db = drizzle(pool)
    if (environment.SEED_DEMO_DATA) await seed(db)
    const redis = environment.REDIS_URL === undefined ? undefined : await connectRedis({ url: environment.REDIS_URL, log })
    if (redis !== undefined) closeLater(() => redis.close())

    const now = (): number => performance.now()
    const cache = redis === undefined ? cacheInMemory({ most: environment.CACHE_ENTRIES }) : cacheInRedis(redis)
    const modelHealth = createModelHealth({ failures: environment.HEALTH_FAILURES, pauseMs: environment.HEALTH_PAUSE_MS })
    const failover = createFailover({
      providers: {
        openai: { url: environment.OPENAI_BASE_URL ?? standIn!.url, key: environment.OPENAI_API_KEY ?? 'for-the-stand-in', concurrency: environment.OPENAI_CONCURRENCY },
        anthropic: { url: environment.ANTHROPIC_BASE_URL ?? standIn!.url, key: environment.ANTHROPIC_API_KEY ?? 'for-the-stand-in', concurrency: environment.ANTHROPIC_CONCURRENCY }
      },
      health: modelHealth,
      timeoutMs: environment.PROVIDER_TIMEOUT_MS,
      queueMs: environment.PROVIDER_QUEUE_MS,
      retryAfterMs: environment.RETRY_AFTER_MS,
      now
    })
    closeLater(() => failover.close())

    const keyStore = createApiKeyRepository(db)
    const settingsStore = createSettingsRepository(db)
    const usage = createUsageRepository(db, pool, log)
    const snapshots = createSnapshots({
      load: () => settingsStore.readAll(),
      findKey: keyHash => keyStore.find(keyHash),
      forget () {
        cache.clear()
        modelHealth.clear()
        prompts.forget()
      }
    })
    const prompts = createPrompts({
      catalogue,
      current: () => snapshots.current(),
      cache,
      failover,
      health: modelHealth,
      record: row => usage.record(row),
      onCacheFault: error => log.warn({ err: error }, 'the cache did not answer'),
      newId: randomUUID,
      now,
      // Python's clock tells microseconds: with whole milliseconds one time in a thousand would be written without a fraction.
      clock: () => isoTimeOf(Date.now() + performance.now() % 1)
    })
    const feed = await openSettingsFeed({ url, log, heard: table => snapshots.heard(table), found: () => snapshots.found(), lost: () => snapshots.lost() })
    closeLater(() => feed.close())
    return {
      log,
      apiKeys: createApiKeys({ store: keyStore, find: keyHash => snapshots.findKey(keyHash), wrote: () => snapshots.wrote('api_keys'), random: () => randomBytes(32) }),
      settings: createSettingsDesk({ store: settingsStore, wrote: table => snapshots.wrote(table) }),
      prompts,
      usage,
      rateLimits: redis === undefined ? countInPostgres(pool) : countInRedis(redis),
      snapshot: () => snapshots.current(),
      modelStatus: id => modelHealth.status(id, now()),
      health: createHealthReports({ catalogue, health: modelHealth, cache, pingDatabase: () => settingsStore.ping(), readSystem: systemReader(now), now }),
      pool
    }
  })
}

/** A log of JSON lines on standard output. They are written in batches, at least twice a second, and at exit. */
export function createLog ({ LOG_LEVEL: level }: Pick<Environment, 'LOG_LEVEL'>, to: DestinationStream = destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 500 })): Logger {
  return pino({ level, serializers: { err: describeError } }, to)
}

/** Reads the figures of this process at most once a second: they are files of the system. */
function systemReader (now: () => number): () => SystemFigures {
  const cpus = availableParallelism()
  let figures: SystemFigures | undefined
  let readAt = 0
  return () => {
    if (figures === undefined || now() - readAt > 1_000) {
      readAt = now()
      figures = { memoryMb: Math.round(process.memoryUsage.rss() / 100_000) / 10, load: Math.round(loadavg()[0]! * 100) / 100, cpus }
    }
    return figures
  }
}

/** Errors of the database driver carry their whole connection, and Drizzle's the values of the query. */
export function describeError (error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, cause } = error
  const withValues = error instanceof DrizzleQueryError
  const message = withValues ? `Failed query: ${error.query ?? ''}` : error.message
  const stack = withValues ? error.stack?.replace(error.message, message) : error.stack
  return { name, message, code: (error as NodeJS.ErrnoException).code, stack, ...cause !== undefined && { cause: describeError(cause) } }
}
