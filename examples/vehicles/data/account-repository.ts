import type { Pool } from 'pg'
import type { AccountStore } from '../domain/accounts.ts'

interface Row {
  id: string
  email: string
  password_hash: string
}

export function createAccountRepository (pool: Pool): AccountStore {
  return {
    async findByEmail (email) {
      const { rows: [row] } = await pool.query<Row>({
        name: 'account-by-email',
        text: 'select id, email, password_hash from accounts where lower(email) = lower($1)',
        values: [email]
      })
      return row && { id: row.id, email: row.email, passwordHash: row.password_hash }
    }
  }
}
