import { pino } from 'pino'
import { drizzle } from 'drizzle-orm/node-postgres'
import { openTogether, type CloseLater } from '@cutover-examples/runtime/open-together'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { migrate } from './data/migrate.ts'
import { createPool } from './data/pool.ts'
import { seed } from './data/seed.ts'
import { startStandIn } from './external/stand-in/stand-in.ts'

/** What both faces need while they are compared. */
export interface Surroundings {
  /** The environment of each of them. */
  readonly env: Readonly<Record<string, string>>
  /** The database of which each of them gets a copy. */
  readonly state: { readonly url: string }
  close (): Promise<void>
}

/**
 * Starts what `cutover verify`, `fuzz` and `bench` run the faces on: a migrated and seeded database, embedded without
 * DATABASE_URL, and the stand-in of both providers. Nobody is connected to the database when this resolves, so that it can
 * be copied. Requests are counted in the copies, and answers are kept by each process: a scenario that asks for any begins
 * by forgetting them.
 */
export default async function openSurroundings (): Promise<Surroundings> {
  return openTogether(async closeLater => {
    const url = process.env.DATABASE_URL || await embedded(closeLater)
    const standIn = await startStandIn()
    closeLater(() => standIn.close())
    await prepareDatabase(url)
    return {
      state: { url },
      env: {
        NODE_ENV: 'test',
        LOG_LEVEL: 'error',
        SEED_DEMO_DATA: 'false',
        DATABASE_POOL: '5',
        REDIS_URL: '',
        ...providersAt(standIn.url),
        // Long enough that a busy machine does not run into it, short enough to wait for.
        PROVIDER_TIMEOUT_MS: '1500',
        RETRY_AFTER_MS: '1500',
        // What one scenario made of a model's health must not be seen by the next.
        HEALTH_FAILURES: '1000000000',
        HEALTH_PAUSE_MS: '1'
      }
    }
  })
}

/** Variables of a face that finds both providers at one stand-in. */
export function providersAt (url: string): Readonly<Record<string, string>> {
  return {
    OPENAI_BASE_URL: url,
    OPENAI_API_KEY: 'for-the-stand-in',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'for-the-stand-in'
  }
}

/** Brings a database up to date, with the keys of the demonstration in it. */
export async function prepareDatabase (url: string): Promise<void> {
  const pool = createPool({ url, size: 2, log: pino({ level: 'silent' }) })
  try {
    await migrate(pool)
    await seed(drizzle(pool))
  } finally {
    await pool.end()
  }
}

async function embedded (closeLater: CloseLater): Promise<string> {
  const database = await startDatabase('neuroroute')
  closeLater(() => database.stop())
  return database.url
}
