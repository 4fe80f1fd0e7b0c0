import { pino } from 'pino'
import { openTogether, type CloseLater } from '@cutover-examples/runtime/open-together'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { migrate } from './data/migrate.ts'
import { createPool } from './data/pool.ts'
import { seed } from './data/seed.ts'
import { startStandIn } from './external/chat-completions/stand-in.ts'

/** What the tokens in scenarios/04-signed-tokens.yaml are signed with. */
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
 * Starts what `cutover verify`, `fuzz` and `bench` run the faces on: a migrated and seeded database, embedded without
 * DATABASE_URL, and the stand-in of the AI service. Nobody is connected to the database when this resolves, so that it can
 * be copied. Requests are counted in the copies, so that every scenario begins with limits that nobody has used.
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
        REDIS_URL: '',
        OPENAI_BASE_URL: standIn.url,
        OPENAI_API_KEY: 'for-the-stand-in',
        // Long enough that a busy machine does not run into it, short enough to wait for.
        AI_TIMEOUT_MS: '3000',
        // The one limit that is counted in memory, which no copy of the database resets.
        REQUESTS_PER_MINUTE: '1000000000'
      }
    }
  })
}

async function embedded (closeLater: CloseLater): Promise<string> {
  const database = await startDatabase('assistant')
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
