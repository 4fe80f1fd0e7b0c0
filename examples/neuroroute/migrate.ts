import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from './data/migrate.ts'
import { createPool } from './data/pool.ts'
import { seed } from './data/seed.ts'
import { readEnvironment } from './environment.ts'
import { createLog } from './services.ts'

// Brings the database up to date, for a FastAPI that starts before any Fastify does: it migrates nothing by itself.
const environment = readEnvironment(process.env)
if (environment.DATABASE_URL === undefined) throw new Error('environment: DATABASE_URL is missing, set a URL that begins with postgres://')
const pool = createPool({ url: environment.DATABASE_URL, size: 2, log: createLog(environment) })
try {
  await migrate(pool)
  if (environment.SEED_DEMO_DATA) await seed(drizzle(pool))
} finally {
  await pool.end()
}
