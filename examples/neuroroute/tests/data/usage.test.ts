import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { Writable } from 'node:stream'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { createPool } from '../../data/pool.ts'
import { createUsageRepository } from '../../data/usage-repository.ts'
import type { UsageRow } from '../../types/usage.ts'
import { openWorld, silent, type World } from './world.ts'

const keyId = '7d3f0c52-6a0e-4b0f-9d4c-0a5d4c1e0001'
const row = (changes: Partial<UsageRow> = {}): UsageRow => ({
  id: randomUUID(),
  keyId,
  model: 'gpt-4o',
  category: 'general',
  outcome: 'ok',
  cached: false,
  streamed: false,
  usage: { prompt_tokens: 3, completion_tokens: 5 },
  costNano: 57_500,
  attempts: [{ model: 'gpt-4o', provider: 'openai', outcome: 'ok', status: 200, latency_ms: 7 }],
  ...changes
})

describe('usage', () => {
  let world: World
  let pool: Pool
  before(async () => {
    world = await openWorld()
    pool = createPool({ url: await world.cloneDatabase(), size: 4, log: silent })
  })
  after(async () => {
    await pool?.end()
    await world?.close()
  })

  test('of many requests at once is stored by a few statements, each row as it was given', async () => {
    let statements = 0
    const counting = { query: (...given: Parameters<Pool['query']>) => { statements++; return pool.query(...given) } } as unknown as Pool
    const usage = createUsageRepository(drizzle(pool), counting, silent)
    const rows = Array.from({ length: 100 }, () => row())
    await Promise.all(rows.map(each => usage.record(each)))
    assert.equal(statements, 2)
    const { rows: stored } = await pool.query('select id, key_id, model, category, outcome, cached, streamed, prompt_tokens, completion_tokens, cost_nano::int, attempts from usage where id = $1', [rows[50]!.id])
    const { id, attempts } = rows[50]!
    assert.deepEqual(stored, [{ id, key_id: keyId, model: 'gpt-4o', category: 'general', outcome: 'ok', cached: false, streamed: false, prompt_tokens: 3, completion_tokens: 5, cost_nano: 57_500, attempts }])
  })

  test('that the schema refuses is logged, and takes no other row with it', async () => {
    const lines: string[] = []
    const log = pino({}, new Writable({ write (chunk, _encoding, done) { lines.push(String(chunk)); done() } }))
    const usage = createUsageRepository(drizzle(pool), pool, log)
    const rows = [row(), row(), row({ keyId: randomUUID() }), row()]
    await Promise.all(rows.map(each => usage.record(each)))
    const { rows: stored } = await pool.query('select id from usage where id = any($1)', [rows.map(({ id }) => id)])
    assert.deepEqual(stored.map(({ id }) => id as string).sort(), [rows[0]!, rows[1]!, rows[3]!].map(({ id }) => id).sort())
    assert.equal(lines.length, 1)
    assert.deepEqual((JSON.parse(lines[0]!) as { prompts: string[] }).prompts, [rows[2]!.id])
  })

  test('is summed for one key, since a moment, in the order of models; what failed counts in the totals only', async t => {
    const usage = createUsageRepository(drizzle(pool), pool, silent)
    const other = '7d3f0c52-6a0e-4b0f-9d4c-0a5d4c1e0002'
    const failed = row({ keyId: other, model: null, outcome: 'failed', usage: { prompt_tokens: 0, completion_tokens: 0 }, costNano: 0 })
    for (const each of [row({ keyId: other }), row({ keyId: other, model: 'claude-3-7-sonnet' }), row({ keyId: other, cached: true, costNano: 0 }), failed]) await usage.record(each)
    const model = (name: string, requests: number) => ({ model: name, requests, promptTokens: 3 * requests, completionTokens: 5 * requests, costNano: 57_500 })
    assert.deepEqual(await usage.summary(other, null, null), {
      requests: 4, failed: 1, cached: 1, promptTokens: 9, completionTokens: 15, costNano: 115_000, models: [model('claude-3-7-sonnet', 1), model('gpt-4o', 2)]
    })
    assert.deepEqual((await usage.summary(other, null, 'gpt-4o')).models, [model('gpt-4o', 2)])
    assert.equal((await usage.summary(other, null, 'none\0')).requests, 0)
    await t.test('since a moment, thirty days unless told', async () => {
      await pool.query("update usage set created_at = now() - interval '31 days' where id = $1", [failed.id])
      assert.equal((await usage.summary(other, null, null)).requests, 3)
      assert.equal((await usage.summary(other, '2020-01-01T00:00:00+15:59', null)).requests, 4)
      assert.equal((await usage.summary(other, '9999-12-31T23:59:59.999999-23:59', null)).requests, 0)
    })
  })
})
