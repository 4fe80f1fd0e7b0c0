import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { ApiKeyStore } from '../domain/api-keys.ts'
import type { ApiKey } from '../types/keys.ts'
import { apiKeys } from './schema.ts'
import { isoTime } from './times.ts'

const columns = {
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  scopes: apiKeys.scopes,
  requestsPerMinute: apiKeys.requestsPerMinute,
  createdAt: apiKeys.createdAt,
  revokedAt: apiKeys.revokedAt
}

export function createApiKeyRepository (db: NodePgDatabase): ApiKeyStore {
  const find = db.select(columns).from(apiKeys).where(and(eq(apiKeys.keyHash, sql.placeholder('keyHash')), isNull(apiKeys.revokedAt))).prepare('api-key')
  return {
    async find (keyHash) {
      const [row] = await find.execute({ keyHash })
      return row && apiKey(row)
    },
    async list () {
      return (await db.select(columns).from(apiKeys).orderBy(desc(apiKeys.createdAt), apiKeys.id)).map(apiKey)
    },
    async insert ({ scopes, ...key }) {
      const [row] = await db.insert(apiKeys).values({ ...key, scopes: [...scopes] }).returning(columns)
      return apiKey(row!)
    },
    async revoke (id) {
      const rows = await db.update(apiKeys).set({ revokedAt: sql`clock_timestamp()` }).where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt))).returning({ id: apiKeys.id })
      return rows.length === 1
    }
  }
}

function apiKey ({ createdAt, revokedAt, ...row }: ApiKey): ApiKey {
  return Object.freeze({ ...row, createdAt: isoTime(createdAt), revokedAt: revokedAt === null ? null : isoTime(revokedAt) })
}
