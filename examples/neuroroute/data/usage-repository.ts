import { and, asc, eq, gte, sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { UsageStore } from '../domain/usage.ts'
import type { UsageRow } from '../types/usage.ts'
import { createGroupCommit } from './group-commit.ts'
import { usage } from './schema.ts'
import { utcTime } from './times.ts'

// Columns as arrays, so that the statement is the same for any number of rows. `created_at` is the database's clock.
const insertRows = `
  insert into usage (id, key_id, model, category, outcome, cached, streamed, prompt_tokens, completion_tokens, cost_nano, attempts)
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::boolean[], $8::integer[], $9::integer[], $10::bigint[], $11::jsonb[])`

const total = (value: ReturnType<typeof sql>) => sql`coalesce(${value}, 0)`.mapWith(Number)

const columns = {
  model: usage.model,
  requests: total(sql`count(*)`),
  failed: total(sql`count(*) filter (where ${usage.outcome} = 'failed')`),
  cached: total(sql`count(*) filter (where ${usage.cached})`),
  promptTokens: total(sql`sum(${usage.promptTokens})`),
  completionTokens: total(sql`sum(${usage.completionTokens})`),
  costNano: total(sql`sum(${usage.costNano})`)
}

export function createUsageRepository (db: NodePgDatabase, pool: Pool, log: Logger): UsageStore {
  async function insertGroup (rows: readonly UsageRow[]): Promise<void> {
    await pool.query({
      name: 'insert-usage',
      text: insertRows,
      values: [
        rows.map(({ id }) => id),
        rows.map(({ keyId }) => keyId),
        rows.map(({ model }) => model),
        rows.map(({ category }) => category),
        rows.map(({ outcome }) => outcome),
        rows.map(({ cached }) => cached),
        rows.map(({ streamed }) => streamed),
        rows.map(({ usage }) => usage.prompt_tokens),
        rows.map(({ usage }) => usage.completion_tokens),
        rows.map(({ costNano }) => costNano),
        rows.map(({ attempts }) => JSON.stringify(attempts))
      ]
    })
  }

  async function insertOrLog (rows: readonly UsageRow[]): Promise<readonly undefined[]> {
    try {
      await insertGroup(rows)
    } catch (error) {
      // One row that the schema refuses must not take the others with it.
      if (rows.length > 1 && isRefused(error)) for (const row of rows) await insertOrLog([row])
      else log.error({ err: error, prompts: rows.map(({ id }) => id) }, 'usage was not recorded')
    }
    return []
  }

  const insert = createGroupCommit<UsageRow, undefined>(insertOrLog)
  return {
    record: insert,
    async summary (keyId, since, model) {
      // No row has such a model, and PostgreSQL refuses the question.
      if (model?.includes('\0') === true) return { requests: 0, failed: 0, cached: 0, promptTokens: 0, completionTokens: 0, costNano: 0, models: [] }
      const rows = await db.select(columns).from(usage).where(and(
        eq(usage.keyId, keyId),
        gte(usage.createdAt, since === null ? sql`now() - interval '30 days'` : sql`${utcTime(since)}::timestamptz`),
        model === null ? undefined : eq(usage.model, model)
      )).groupBy(usage.model).orderBy(asc(sql`${usage.model} collate "C"`))
      const sum = (count: (row: typeof rows[number]) => number): number => rows.reduce((total, row) => total + count(row), 0)
      return {
        requests: sum(({ requests }) => requests),
        failed: sum(({ failed }) => failed),
        cached: sum(({ cached }) => cached),
        promptTokens: sum(({ promptTokens }) => promptTokens),
        completionTokens: sum(({ completionTokens }) => completionTokens),
        costNano: sum(({ costNano }) => costNano),
        models: rows.flatMap(({ model, requests, promptTokens, completionTokens, costNano }) => model === null ? [] : [{ model, requests, promptTokens, completionTokens, costNano }])
      }
    }
  }
}

/** Data or a reference that the schema does not take (SQLSTATE classes 22 and 23). */
function isRefused (error: unknown): boolean {
  return /^2[23]/.test((error as { code?: string }).code ?? '')
}
