import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { startDatabase } from '../../../../examples/runtime/postgres.ts'
import { CannotRun } from '../harness/figure.ts'

/** A table of writes that counts each as often as it was made: nothing in it is unique. */
export interface Database {
  /** What the backends need to find it. */
  readonly env: Readonly<Record<string, string>>
  count (): Promise<number>
  /** How often each id was written. */
  stored (): Promise<Map<string, number>>
  close (): Promise<void>
}

/**
 * Opens a table of its own in PostgreSQL: an embedded server, or that of DATABASE_URL, where the table is dropped at the end.
 * @throws CannotRun without either
 */
export async function openDatabase (): Promise<Database> {
  const given = process.env.DATABASE_URL
  const embedded = given === undefined
    ? await startDatabase('vehicles').catch((error: unknown) => { throw new CannotRun(`no database: ${String(error)}`) })
    : undefined
  const url = given ?? embedded!.url
  const table = `cutover_writes_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  const close = async (): Promise<void> => {
    await client.query(`drop table if exists ${table}`).catch(() => {})
    await client.end().catch(() => {})
    await embedded?.stop()
  }
  try {
    await client.connect()
    await client.query(`create table ${table} (id text not null, backend text not null)`)
  } catch (error) {
    await close()
    throw new CannotRun(`the database of DATABASE_URL cannot be used: ${String(error)}`)
  }
  return {
    env: { DATABASE_URL: url, WRITES_TABLE: table },
    async count () {
      const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`)
      return rows[0]!.n
    },
    async stored () {
      const { rows } = await client.query<{ id: string, n: number }>(`select id, count(*)::int as n from ${table} group by id`)
      return new Map(rows.map(row => [row.id, row.n]))
    },
    close
  }
}
