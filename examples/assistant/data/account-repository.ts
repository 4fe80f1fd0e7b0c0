import type { Pool } from 'pg'
import type { AccountStore } from '../domain/accounts.ts'
import type { Profile } from '../types/account.ts'

interface Row {
  id: string
  email: string
  name: string
  bio: string | null
  password_hash: string
  created_at: Date
  updated_at: Date
}

const columns = 'id, email, name, bio, created_at, updated_at'

export function createAccountRepository (pool: Pool): AccountStore {
  return {
    async findByEmail (email) {
      const { rows: [row] } = await pool.query<Row>({
        name: 'account-by-email',
        text: `select ${columns}, password_hash from accounts where lower(email) = lower($1)`,
        values: [email]
      })
      return row && { ...profile(row), passwordHash: row.password_hash }
    },
    async find (id) {
      const { rows: [row] } = await pool.query<Row>({ name: 'account', text: `select ${columns} from accounts where id = $1`, values: [id] })
      return row && profile(row)
    },
    async insert ({ email, name, passwordHash }) {
      const { rows: [row] } = await pool.query<Row>({
        name: 'insert-account',
        text: `insert into accounts (email, name, password_hash) values ($1, $2, $3) on conflict do nothing returning ${columns}`,
        values: [email, name, passwordHash]
      })
      return row && profile(row)
    },
    async update (id, { name, bio }) {
      const { rows: [row] } = await pool.query<Row>({
        name: 'update-account',
        text: `update accounts set name = coalesce($2, name), bio = case when $3 then $4 else bio end, updated_at = clock_timestamp() where id = $1 returning ${columns}`,
        values: [id, name ?? null, bio !== undefined, bio ?? null]
      })
      return row && profile(row)
    }
  }
}

function profile ({ id, email, name, bio, created_at: createdAt, updated_at: updatedAt }: Row): Profile {
  return { id, email, name, bio, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}
