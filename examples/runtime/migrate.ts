import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool } from 'pg'

/**
 * Applies the migrations of a folder (`NAME.sql`) that this database has not seen, each in a transaction, in the order of
 * their names. Safe when several processes start at once. Answers the names applied.
 * @param owner whose they are: processes with the same one wait for each other
 */
export async function applyMigrations (pool: Pool, folder: string, owner: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()
  const applied: string[] = []
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [`${owner} migrations`])
    await client.query('create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())')
    const { rows } = await client.query<{ name: string }>('select name from migrations')
    const known = new Set(rows.map(row => row.name))
    for (const name of names.filter(name => !known.has(name))) {
      await client.query('begin')
      await client.query(await readFile(join(folder, name), 'utf8'))
      await client.query('insert into migrations (name) values ($1)', [name])
      await client.query('commit')
      applied.push(name)
    }
  } finally {
    // Ends the session: with it go the lock and a transaction that failed half-way.
    client.release(true)
  }
  return applied
}
