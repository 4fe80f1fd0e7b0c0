import type { Pool } from 'pg'
import { windowMs, type RateLimits } from '../../domain/rate-limits.ts'
import { countTogether } from './together.ts'

// One statement, so that requests at the same moment through different servers are counted one after the other; keys in one
// order, so that two servers cannot wait for each other. The clock is the database's.
const hit = `
  insert into rate_limits as counted (key_id, window_start, count)
  select key_id, clock_timestamp(), hits from unnest($1::uuid[], $2::integer[]) as hit (key_id, hits) order by key_id
  on conflict (key_id) do update set
    count = case when counted.window_start + $3 * interval '1 millisecond' <= clock_timestamp() then excluded.count else counted.count + excluded.count end,
    window_start = case when counted.window_start + $3 * interval '1 millisecond' <= clock_timestamp() then clock_timestamp() else counted.window_start end
  returning key_id, count, (extract(epoch from window_start - clock_timestamp()) * 1000)::float8 + $3 as rest_ms`

/** Counts in a table, for servers that share a database. */
export function countInPostgres (pool: Pool, { window = windowMs } = {}): RateLimits {
  return countTogether(async hits => {
    const { rows } = await pool.query<{ key_id: string, count: number, rest_ms: number }>({ name: 'count-requests', text: hit, values: [[...hits.keys()], [...hits.values()], window] })
    return new Map(rows.map(row => [row.key_id, { count: row.count, restMs: row.rest_ms }]))
  })
}
