import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { hashKey, prefixOf } from '../domain/api-keys.ts'
import type { Scope } from '../types/keys.ts'
import { apiKeys } from './schema.ts'

/** A key of the demonstration. */
export interface DemoKey {
  readonly id: string
  readonly name: string
  readonly key: string
  readonly scopes: readonly Scope[]
  readonly requests_per_minute: number
  readonly revoked?: boolean
}

/** The keys of catalog/seed.json. They are published: never let them into a database that is reached from elsewhere. */
export async function demoKeys (): Promise<readonly DemoKey[]> {
  const { keys } = JSON.parse(await readFile(join(import.meta.dirname, '../catalog/seed.json'), 'utf8')) as { keys: readonly DemoKey[] }
  return keys
}

/** Puts the demonstration's keys into a database without keys; one with keys is left alone. */
export async function seed (db: NodePgDatabase): Promise<boolean> {
  if (await db.$count(apiKeys) > 0) return false
  await db.insert(apiKeys).values((await demoKeys()).map(({ id, name, key, scopes, requests_per_minute: requestsPerMinute, revoked }) => ({
    id, name, prefix: prefixOf(key), keyHash: hashKey(key), scopes: [...scopes], requestsPerMinute, revokedAt: revoked === true ? sql`now()` : null
  }))).onConflictDoNothing()
  return true
}
