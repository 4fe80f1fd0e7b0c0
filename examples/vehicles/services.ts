import { destination, pino, type Logger } from 'pino'
import type { Pool } from 'pg'
import { createAccountRepository } from './data/account-repository.ts'
import { openChangeFeed } from './data/change-feed.ts'
import { openTogether } from '@cutover-examples/runtime/open-together'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { migrate } from './data/migrate.ts'
import { createPool } from './data/pool.ts'
import { seed } from './data/seed.ts'
import { cacheVehicleLists } from './data/vehicle-list-cache.ts'
import { createVehicleRepository } from './data/vehicle-repository.ts'
import { createAccounts, type Accounts } from './domain/accounts.ts'
import { createTokens, type Tokens } from './domain/tokens.ts'
import { createVehicles, type Vehicles } from './domain/vehicles.ts'
import { createVpicClient } from './external/vpic/client.ts'
import { createVinDecoder } from './external/vpic/decoder.ts'
import { createDecodingCache } from './external/vpic/decoding-cache.ts'
import { startStandIn } from './external/vpic/stand-in.ts'
import type { Environment } from './environment.ts'
import type { Liveness, Readiness } from './types/health.ts'

/** All that a face needs; both faces are given the same. */
export interface Services {
  readonly log: Logger
  /** Origins whose pages may call. */
  readonly corsOrigins: readonly string[]
  readonly accounts: Accounts
  readonly tokens: Tokens
  readonly vehicles: Vehicles
  liveness (): Liveness
  readiness (): Promise<Readiness>
}

/** Services with what they were made from, which whoever opened them closes. */
export interface OpenServices extends Services {
  readonly pool: Pool
  readonly databaseUrl: string
  readonly vpicUrl: string
  /** Closes the pool and stops what was started here. Call it when no request is open any more. */
  close (): Promise<void>
}

const alive: Liveness = Object.freeze({ status: 'ok', service: 'vehicles' })

/**
 * Opens the database (an embedded one without DATABASE_URL), brings it up to date, and joins the parts.
 * Without VPIC_URL a stand-in decodes the VINs.
 */
export async function openServices (environment: Environment, log: Logger = createLog(environment)): Promise<OpenServices> {
  return openTogether(async closeLater => {
    const embedded = environment.DATABASE_URL === undefined ? await startDatabase('vehicles') : undefined
    if (embedded !== undefined) closeLater(() => embedded.stop())
    const standIn = environment.VPIC_URL === undefined ? await startStandIn() : undefined
    if (standIn !== undefined) closeLater(() => standIn.close())

    const databaseUrl = environment.DATABASE_URL ?? embedded!.url
    const vpicUrl = environment.VPIC_URL ?? standIn!.url
    const pool = createPool({ url: databaseUrl, size: environment.DATABASE_POOL, log })
    closeLater(async () => {
      if (!pool.ending) await pool.end()
    })
    await migrate(pool)
    if (environment.SEED_DEMO_DATA) await seed(pool)
    const feed = await openChangeFeed({ url: databaseUrl, log })
    closeLater(() => feed.close())

    const tokens = createTokens(environment.JWT_SECRET)
    return {
      log,
      corsOrigins: environment.CORS_ORIGINS.split(',').map(origin => origin.trim()).filter(Boolean),
      tokens,
      accounts: createAccounts({ store: createAccountRepository(pool), tokens }),
      vehicles: createVehicles({
        store: cacheVehicleLists(createVehicleRepository(pool), feed),
        decoder: createVinDecoder({
          ask: createVpicClient({ url: vpicUrl, timeout: environment.VPIC_TIMEOUT_MS }),
          cache: createDecodingCache(pool),
          log,
          maxAge: environment.VPIC_CACHE_HOURS * 3_600_000
        }),
        thisYear: () => new Date().getUTCFullYear()
      }),
      liveness: () => alive,
      readiness: () => readiness(pool),
      pool,
      databaseUrl,
      vpicUrl
    }
  })
}

/** A log of JSON lines on standard output. They are written in batches, at least twice a second, and at exit. */
export function createLog (environment: Environment): Logger {
  return pino({ level: environment.LOG_LEVEL, serializers: { err: describeError } }, destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 500 }))
}

async function readiness (pool: Pool): Promise<Readiness> {
  try {
    await pool.query('select 1')
    return { status: 'ok', feature: 'vehicles', database: 'up' }
  } catch {
    return { status: 'unavailable', feature: 'vehicles', database: 'down' }
  }
}

/** Errors of the database driver carry their whole connection. */
function describeError (error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  return { name, message, code: (error as NodeJS.ErrnoException).code, stack, ...cause !== undefined && { cause: describeError(cause) } }
}
