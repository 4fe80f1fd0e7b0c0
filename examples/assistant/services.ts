import { destination, pino, type Logger } from 'pino'
import type { Pool } from 'pg'
import { openTogether } from '@cutover-examples/runtime/open-together'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { createAccountRepository } from './data/account-repository.ts'
import { migrate } from './data/migrate.ts'
import { createPool } from './data/pool.ts'
import { countInMemory } from './data/rate-limits/memory.ts'
import { countInPostgres } from './data/rate-limits/postgres.ts'
import { countInRedis } from './data/rate-limits/redis.ts'
import { seed } from './data/seed.ts'
import { createAccounts, type Accounts } from './domain/accounts.ts'
import { createAssistant, type Assistant } from './domain/assistant.ts'
import { createRateLimits, type RateLimits } from './domain/rate-limits.ts'
import { createTokens, type Tokens } from './domain/tokens.ts'
import { createChatClient } from './external/chat-completions/client.ts'
import { startStandIn } from './external/chat-completions/stand-in.ts'
import type { Environment } from './environment.ts'
import type { Liveness } from './types/health.ts'

/** All that a face needs; both faces are given the same. */
export interface Services {
  readonly log: Logger
  /** Origins whose pages may call. */
  readonly corsOrigins: readonly string[]
  /** Whose X-Forwarded-For is believed, separated by commas. */
  readonly trustedProxies: string
  /** Whether clients are told details of errors: never in production. */
  readonly exposeErrors: boolean
  readonly accounts: Accounts
  readonly tokens: Tokens
  readonly assistant: Assistant
  readonly rateLimits: RateLimits
  liveness (): Liveness
}

/** Services with what they were made from, which whoever opened them closes. */
export interface OpenServices extends Services {
  readonly pool: Pool
  /** Closes the pool and stops what was started here. Call it when no request is open any more. */
  close (): Promise<void>
}

const alive: Liveness = Object.freeze({ status: 'ok', service: 'assistant' })

/**
 * Opens the database (an embedded one without DATABASE_URL), brings it up to date, and joins the parts.
 * Without OPENAI_BASE_URL a stand-in answers prompts; without REDIS_URL the database counts requests.
 */
export async function openServices (environment: Environment, log: Logger = createLog(environment)): Promise<OpenServices> {
  return openTogether(async closeLater => {
    const embedded = environment.DATABASE_URL === undefined ? await startDatabase('assistant') : undefined
    if (embedded !== undefined) closeLater(() => embedded.stop())
    const standIn = environment.OPENAI_BASE_URL === undefined ? await startStandIn() : undefined
    if (standIn !== undefined) closeLater(() => standIn.close())

    const pool = createPool({ url: environment.DATABASE_URL ?? embedded!.url, size: environment.DATABASE_POOL, log })
    closeLater(async () => {
      if (!pool.ending) await pool.end()
    })
    await migrate(pool)
    if (environment.SEED_DEMO_DATA) await seed(pool)
    const redis = environment.REDIS_URL === undefined ? undefined : await countInRedis({ url: environment.REDIS_URL, log })
    if (redis !== undefined) closeLater(() => redis.close())

    const tokens = createTokens(environment.JWT_SECRET)
    return {
      log,
      corsOrigins: list(environment.CORS_ORIGINS),
      trustedProxies: environment.TRUSTED_PROXIES,
      exposeErrors: environment.NODE_ENV !== 'production',
      tokens,
      accounts: createAccounts({ store: createAccountRepository(pool), tokens }),
      assistant: createAssistant({
        chat: createChatClient({ url: environment.OPENAI_BASE_URL ?? standIn!.url, key: environment.OPENAI_API_KEY ?? 'none', timeout: environment.AI_TIMEOUT_MS }),
        models: list(environment.AI_MODELS),
        requestsPerMinute: environment.AI_REQUESTS_PER_MINUTE,
        onFault: error => log.warn({ fault: error.fault, reason: error.message }, 'the AI service did not answer')
      }),
      rateLimits: createRateLimits({
        local: countInMemory(),
        shared: redis ?? countInPostgres(pool),
        requests: environment.REQUESTS_PER_MINUTE,
        signIns: environment.AUTH_REQUESTS_PER_MINUTE,
        generations: environment.AI_REQUESTS_PER_MINUTE
      }),
      liveness: () => alive,
      pool
    }
  })
}

/** A log of JSON lines on standard output. They are written in batches, at least twice a second, and at exit. */
export function createLog (environment: Environment): Logger {
  return pino({ level: environment.LOG_LEVEL, serializers: { err: describeError } }, destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 500 }))
}

function list (text: string): readonly string[] {
  return text.split(',').map(one => one.trim()).filter(Boolean)
}

/** Errors of the database driver carry their whole connection. */
function describeError (error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  return { name, message, code: (error as NodeJS.ErrnoException).code, stack, ...cause !== undefined && { cause: describeError(cause) } }
}
