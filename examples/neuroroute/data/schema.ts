import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { Category, Strategy } from '../types/decisions.ts'
import type { Attempt } from '../types/providers.ts'
import type { Scope } from '../types/keys.ts'

// The schema that both faces stand on; migrations/ makes it. Times are read as PostgreSQL's text: a Date has no microseconds.

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' })

/** Who may ask. The key itself is kept nowhere: 256 random bits are found by their SHA-256, and need no slow hash. */
export const apiKeys = pgTable('api_keys', {
  id: uuid('id').primaryKey().defaultRandom(),
  name: text('name').notNull(),
  /** The first characters of the key, by which its owner knows it again. */
  prefix: text('prefix').notNull(),
  keyHash: text('key_hash').notNull().unique(),
  scopes: text('scopes').array().notNull().$type<Scope[]>(),
  requestsPerMinute: integer('requests_per_minute').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
  revokedAt: time('revoked_at')
})

/** One row. `generation` is part of every cache entry's key, so that a change forgets all answers. */
export const settings = pgTable('settings', {
  id: integer('id').primaryKey().default(1),
  strategy: text('strategy').notNull().$type<Strategy>(),
  cacheTtlSeconds: integer('cache_ttl_seconds').notNull(),
  maxAttempts: integer('max_attempts').notNull(),
  disabledModels: text('disabled_models').array().notNull(),
  generation: bigint('generation', { mode: 'number' }).notNull(),
  updatedAt: time('updated_at').notNull().defaultNow()
}, table => [check('settings_one_row', sql`${table.id} = 1`)])

/** How often the answers of a model (`*`: of all) were forgotten. */
export const cacheGenerations = pgTable('cache_generations', {
  model: text('model').primaryKey(),
  generation: bigint('generation', { mode: 'number' }).notNull()
})

/** A row for each prompt that reached the cache or a model. */
export const usage = pgTable('usage', {
  id: uuid('id').primaryKey(),
  keyId: uuid('key_id').notNull().references(() => apiKeys.id),
  model: text('model'),
  category: text('category').notNull().$type<Category>(),
  outcome: text('outcome').notNull().$type<'ok' | 'failed'>(),
  cached: boolean('cached').notNull(),
  streamed: boolean('streamed').notNull(),
  promptTokens: integer('prompt_tokens').notNull(),
  completionTokens: integer('completion_tokens').notNull(),
  costNano: bigint('cost_nano', { mode: 'number' }).notNull(),
  attempts: jsonb('attempts').notNull().$type<readonly Attempt[]>(),
  createdAt: time('created_at').notNull().default(sql`clock_timestamp()`)
}, table => [
  index('usage_by_key').on(table.keyId, table.createdAt),
  check('usage_outcome', sql`${table.outcome} in ('ok', 'failed')`)
])

/** The window of each key's requests, where there is no Redis. */
export const rateLimits = pgTable('rate_limits', {
  keyId: uuid('key_id').primaryKey(),
  windowStart: time('window_start').notNull(),
  count: integer('count').notNull()
})
