import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import pg from 'pg'
import { startDatabase } from '../../../../../examples/runtime/postgres.ts'
import { openPostgres, type PostgresOptions } from '../../../src/state/postgres/open.ts'
import type { StateSource } from '../../../src/state/state.ts'

/** A PostgreSQL server for tests, with databases of their own. */
export interface TestServer {
  /** Why there is none; then nothing else may be used. */
  readonly skip: string | undefined
  /** Makes a database, and fills it. */
  database (sql?: string): Promise<string>
  /** Runs SQL on a connection of its own; the rows of the last statement. */
  run (url: string, sql: string): Promise<ReadonlyArray<Record<string, unknown>>>
  /** A connection that is ended at the end. */
  connect (url: string, name?: string): Promise<pg.Client>
  /** The same database for another user. */
  as (url: string, user: string, password: string): string
  stop (): Promise<void>
}

/** Starts an embedded server, or uses that of DATABASE_URL. Without either there is only a reason to skip. */
export async function startServer (): Promise<TestServer> {
  const given = process.env.DATABASE_URL
  const embedded = given === undefined ? await startDatabase('sample').catch((error: unknown) => String(error)) : undefined
  if (typeof embedded === 'string' && process.env.CUTOVER_CI === '1') throw new Error(embedded)
  const base = given ?? (typeof embedded === 'string' ? '' : embedded!.url)
  const made: string[] = []
  const clients: pg.Client[] = []
  const other = (name: string) => Object.assign(new URL(base), { pathname: `/${name}` }).href
  const connect = async (url: string, name = 'a test') => {
    const client = new pg.Client({ connectionString: url, application_name: name })
    client.on('error', () => {})
    await client.connect()
    clients.push(client)
    return client
  }
  const run = async (url: string, sql: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      const results = await client.query(sql) as unknown as pg.QueryResult | pg.QueryResult[]
      return (Array.isArray(results) ? results.at(-1)! : results).rows as Array<Record<string, unknown>>
    } finally {
      await client.end()
    }
  }
  return {
    skip: typeof embedded === 'string' ? `no PostgreSQL: ${embedded}` : undefined,
    async database (sql) {
      const name = `test_${randomBytes(6).toString('hex')}`
      await run(base, `create database ${name}`)
      made.push(name)
      if (sql !== undefined) await run(other(name), sql)
      return other(name)
    },
    run,
    connect,
    as: (url, user, password) => Object.assign(new URL(url), { username: user, password }).href,
    async stop () {
      for (const client of clients) await client.end().catch(() => {})
      if (base === '') return
      for (const name of made) await run(base, `drop database if exists ${name} with (force)`).catch(() => {})
      if (typeof embedded === 'object') await embedded.stop()
    }
  }
}

/** A new database of a server as a source of clones, until the test ends; undefined when the test is skipped for want of a server. */
export async function openSource (t: TestContext, server: TestServer, sql: string, options: PostgresOptions = {}): Promise<{ readonly url: string, readonly source: StateSource } | undefined> {
  if (server.skip !== undefined) {
    t.skip(server.skip)
    return undefined
  }
  const url = await server.database(sql)
  const source = await openPostgres(url, options)
  t.after(() => source.close())
  return { url, source }
}
