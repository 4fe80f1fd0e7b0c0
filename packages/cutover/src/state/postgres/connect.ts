import type { Client } from 'pg'
import { importInstalled } from '../../config/installed-package.ts'

/** Makes clients of the package `pg`. */
export type Connect = (url: string) => Promise<Client>

/** How values are written as text, the same on every connection, whatever the server's settings. */
const session = [
  "set datestyle = 'ISO, YMD'", "set timezone = 'UTC'", "set intervalstyle = 'postgres'", 'set extra_float_digits = 1',
  "set bytea_output = 'hex'", "set lc_monetary = 'C'", "set client_encoding = 'UTF8'",
  "set xmloption = 'content'", 'set statement_timeout = 0', 'set idle_in_transaction_session_timeout = 0',
  'set default_transaction_isolation = \'read committed\'', 'set default_transaction_read_only = off', 'set row_security = off'
].join('; ')

/**
 * The package `pg`, found beside cutover or from the working directory, where a global cutover finds the project's own.
 * @returns what opens a connection with fixed settings
 * @throws CUT_PACKAGE_MISSING
 */
export async function loadConnect (folder = process.cwd(), name = 'pg'): Promise<Connect> {
  const { default: { Client } } = await importInstalled<{ default: typeof import('pg') }>(name, folder, 'Comparing PostgreSQL databases')
  return async url => {
    const client = new Client({ connectionString: url, application_name: 'cutover', connectionTimeoutMillis: 10_000 })
    // A connection that the server ends is met by the next query.
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query(session)
      return client
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
  }
}

/** The URL of another database of the same server. */
export function urlOf (url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(database)}`
  return other.href
}

/** An identifier in quotes. */
export function quoted (name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text in quotes. */
export function literal (text: string): string {
  return text.includes('\\') ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`
}
