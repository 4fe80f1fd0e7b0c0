import { pino } from 'pino'
import { openTogether, type CloseLater } from '@cutover-examples/runtime/open-together'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { migrate } from './data/migrate.ts'
import { createPool } from './data/pool.ts'
import { seed } from './data/seed.ts'
import { startStandIn } from './external/vpic/stand-in.ts'

/** What the tokens in scenarios/11-signed-tokens.yaml are signed with. */
export const verificationSecret = 'only for verification: anyone can read this secret'

/** What both faces need while they are compared. */
export interface Surroundings {
  /** The environment of each of them. */
  readonly env: Readonly<Record<string, string>>
  /** The database of which each of them gets a copy. */
  readonly state: { readonly url: string }
  close (): Promise<void>
}

/**
 * Starts what `cutover verify` and `cutover fuzz` run the faces on: a migrated and seeded database, embedded without
 * DATABASE_URL, and vPIC's stand-in. Nobody is connected to the database when this resolves, so that it can be copied.
 */
export default async function openSurroundings (): Promise<Surroundings> {
  return openTogether(async closeLater => {
    const url = process.env.DATABASE_URL || await embedded(closeLater)
    const standIn = await startStandIn()
    closeLater(() => standIn.close())
    await prepare(url)
    return {
      state: { url },
      env: {
        NODE_ENV: 'test',
        LOG_LEVEL: 'silent',
        SEED_DEMO_DATA: 'false',
        DATABASE_POOL: '5',
        JWT_SECRET: verificationSecret,
        VPIC_URL: standIn.url,
        // Long enough that a busy machine does not run into it, short enough to wait for.
        VPIC_TIMEOUT_MS: '1000'
      }
    }
  })
}

async function embedded (closeLater: CloseLater): Promise<string> {
  const database = await startDatabase('vehicles')
  closeLater(() => database.stop())
  return database.url
}

async function prepare (url: string): Promise<void> {
  const pool = createPool({ url, size: 1, log: pino({ level: 'silent' }) })
  try {
    await migrate(pool)
    await seed(pool)
  } finally {
    await pool.end()
  }
}
