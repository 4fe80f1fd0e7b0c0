import type { Pool } from 'pg'
import { hashPassword } from '../domain/accounts.ts'

/** The accounts of the demonstration: ada has five vehicles, grace one, linus none. */
export const demoAccounts = [
  { email: 'ada@example.com', password: 'analytical engine' },
  { email: 'grace@example.com', password: 'nanoseconds of wire' },
  { email: 'linus@example.com', password: 'just for fun, 1991' }
] as const

const vehicles = [
  ['ada@example.com', '1HGCM82633A004352', 'HONDA', 'Accord', 2003, 'Old faithful', 'silver', 'ADA 1815', 187_420],
  ['ada@example.com', '5YJ3E1EA7KF131548', 'TESLA', 'Model 3', 2019, 'Spark', 'white', 'VOLT 19', 64_210],
  ['ada@example.com', '1FTFW1ET9DFC10312', 'FORD', 'F-150', 2013, null, 'blue', null, 141_003],
  ['ada@example.com', '3VWFE21C04M000001', 'VOLKSWAGEN', 'New Beetle', 2004, 'Herbie', 'yellow', 'OFP 857', 98_765],
  ['ada@example.com', '2T1BURHE5JC024741', 'TOYOTA', 'Corolla', 2018, null, null, 'TYT 2018', null],
  ['grace@example.com', '1M8GDM9AXKP042788', 'MCI', '102A3', 1989, 'Amazing', 'grey', 'NAVY 01', 912_000]
] as const

/** Puts the demonstration's accounts and vehicles into an empty database; a database with accounts is left alone. */
export async function seed (pool: Pool): Promise<boolean> {
  const { rows: [count] } = await pool.query<{ n: number }>('select count(*)::int as n from accounts')
  if (count?.n !== 0) return false
  for (const { email, password } of demoAccounts) {
    await pool.query('insert into accounts (email, password_hash) values ($1, $2) on conflict do nothing', [email, await hashPassword(password)])
  }
  for (const row of vehicles) {
    await pool.query(`
      insert into vehicles (account_id, vin, make, model, year, nickname, color, license_plate, odometer)
      select id, $2, $3, $4, $5, $6, $7, $8, $9 from accounts where email = $1
      on conflict do nothing`, [...row])
  }
  return true
}
