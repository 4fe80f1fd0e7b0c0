import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import type { Pool } from 'pg'

/** Brings the database up to date. Safe when several processes start at once: they wait for each other. */
export async function migrate (pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    // Whoever waits for the lock waits for another's migrations.
    await client.query('set statement_timeout = 0')
    await client.query("select pg_advisory_lock(hashtext('neuroroute migrations'))")
    await applyMigrations(drizzle(client), { migrationsFolder: join(import.meta.dirname, 'migrations'), migrationsSchema: 'public', migrationsTable: 'migrations' })
  } finally {
    // A database that stops right now ends this connection first.
    client.on('error', () => {})
    // Ends the session: with it go the lock and a transaction that failed half-way.
    client.release(true)
  }
}
