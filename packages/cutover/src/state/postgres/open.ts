import type { StateSource } from '../state.ts'

export interface PostgresOptions {
  /** Tables that are neither reset nor dumped, such as those of migrations: `migrations`, `audit.log`. */
  readonly ignoreTables?: readonly string[]
  /** Rows of a table that are dumped; 10 000 when left out. */
  readonly rowLimit?: number
  /** Bytes of values that one dump holds, about; 64 MiB when left out. */
  readonly dumpBytes?: number
  /** How long a reset waits for a backend's open transaction before it ends that backend's connections, ms; 1 000 when left out. */
  readonly lockTimeoutMs?: number
  /** Ends the connections to the source, so that it can be copied. Without it a source in use is an error. */
  readonly endConnections?: boolean
}

/**
 * Opens a PostgreSQL database (13 and later) as a source of clones.
 * @param url of the database that is copied: its user must own it and may create databases
 * @throws CUT_PACKAGE_MISSING without the package `pg`
 * @throws CUT_STATE_UNAVAILABLE
 */
export async function openPostgres (url: string, options: PostgresOptions = {}): Promise<StateSource> {
  throw new Error(`not built yet ${url.length} ${Object.keys(options).length}`)
}
