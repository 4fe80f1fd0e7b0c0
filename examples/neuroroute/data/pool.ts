import { Pool } from 'pg'
import type { Logger } from 'pino'

/** A pool of connections. A connection that breaks while idle is logged and replaced; it does not end the process. */
export function createPool ({ url, size, log }: { url: string, size: number, log: Logger }): Pool {
  const pool = new Pool({
    connectionString: url,
    max: size,
    application_name: 'neuroroute',
    connectionTimeoutMillis: 3_000,
    statement_timeout: 10_000,
    // Times are read as text: always of this zone.
    options: '-c TimeZone=UTC'
  })
  pool.on('error', error => {
    if (!pool.ending) log.warn({ err: error }, 'an idle database connection broke')
  })
  return pool
}
