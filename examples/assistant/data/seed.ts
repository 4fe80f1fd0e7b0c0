import type { Pool } from 'pg'
import { hashPassword } from '../domain/accounts.ts'

/** The accounts of the demonstration. */
export const demoAccounts = [
  { email: 'ada@example.com', password: 'analytical engine', name: 'Ada', bio: 'Writes programs for machines that are not built yet.' },
  { email: 'grace@example.com', password: 'nanoseconds of wire', name: 'Grace', bio: null }
] as const

/** Puts the demonstration's accounts into an empty database; a database with accounts is left alone. */
export async function seed (pool: Pool): Promise<boolean> {
  const { rows: [count] } = await pool.query<{ n: number }>('select count(*)::int as n from accounts')
  if (count?.n !== 0) return false
  for (const { email, password, name, bio } of demoAccounts) {
    await pool.query('insert into accounts (email, password_hash, name, bio) values ($1, $2, $3, $4) on conflict do nothing', [email, await hashPassword(password), name, bio])
  }
  return true
}
