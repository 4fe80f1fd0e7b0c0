import type { Pool } from 'pg'
import { LimitsUnavailable, type Counters } from '../../domain/rate-limits.ts'

// One statement, so that requests at the same moment through different servers are counted one after the other. The clock
// is the database's: servers whose clocks differ agree on when a window ends.
const hit = `
  insert into rate_limits as counted (key, hits, ends_at)
  values ($1, 1, clock_timestamp() + $2 * interval '1 millisecond')
  on conflict (key) do update set
    hits = case when counted.ends_at <= clock_timestamp() then 1 else counted.hits + 1 end,
    ends_at = case when counted.ends_at <= clock_timestamp() then excluded.ends_at else counted.ends_at end
  returning hits, greatest(0, extract(epoch from ends_at - clock_timestamp()) * 1000)::float8 as reset_ms`

const sweepMs = 60_000

/** Counts in a table, for servers that share a database. `now` is in milliseconds. */
export function countInPostgres (pool: Pool, { now = Date.now } = {}): Counters {
  let swept = now()

  /** Windows that have ended are removed once a minute; nobody waits for it, and if it fails, the next one removes them. */
  function sweep (): void {
    if (now() - swept < sweepMs) return
    swept = now()
    pool.query('delete from rate_limits where ends_at <= clock_timestamp()').catch(() => {})
  }

  return {
    async hit (key, windowMs) {
      sweep()
      try {
        const { rows: [row] } = await pool.query<{ hits: number, reset_ms: number }>({ name: 'count-request', text: hit, values: [key, windowMs] })
        return { hits: row!.hits, resetMs: row!.reset_ms }
      } catch (error) {
        throw new LimitsUnavailable('requests cannot be counted: the database does not answer', { cause: error })
      }
    }
  }
}
