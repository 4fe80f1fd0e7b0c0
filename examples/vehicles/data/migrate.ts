import { join } from 'node:path'
import { applyMigrations } from '@cutover-examples/runtime/migrate'
import type { Pool } from 'pg'

/** Brings the database up to date: see {@link applyMigrations}. */
export async function migrate (pool: Pool): Promise<readonly string[]> {
  return await applyMigrations(pool, join(import.meta.dirname, 'migrations'), 'vehicles')
}
