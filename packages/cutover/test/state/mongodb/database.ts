import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { MongoClient, type Db, type Document } from 'mongodb'
import { startMongo } from '../../../../../examples/runtime/mongodb.ts'
import { openMongo, type MongoOptions } from '../../../src/state/mongodb/open.ts'
import type { StateClone, StateDump, StateSource, TableDump } from '../../../src/state/state.ts'

/** A server that speaks MongoDB's protocol, for tests, with databases of their own. */
export interface TestServer {
  /** Why there is none; then nothing else may be used. */
  readonly skip: string | undefined
  /** Whether it is MongoDB itself, which can list and drop. */
  readonly isReal: boolean
  /** The names that a source must be told: none where the server can list them. */
  names (...names: string[]): { readonly collections?: readonly string[] }
  /** Makes a database, and fills it. */
  database (documents?: Readonly<Record<string, readonly Document[]>>): Promise<string>
  /** The database of a URL, on a connection that is ended at the end. */
  db (url: string): Promise<Db>
  stop (): Promise<void>
}

/** The server of MONGODB_URI, or else an embedded one. Without either there is only a reason to skip. */
export async function startServer (): Promise<TestServer> {
  const given = process.env.MONGODB_URI
  const embedded = given === undefined ? await startMongo('sample').catch((error: unknown) => String(error)) : undefined
  if (typeof embedded === 'string' && process.env.CUTOVER_CI === '1') throw new Error(embedded)
  const base = given ?? (typeof embedded === 'object' ? embedded.url : '')
  const clients: MongoClient[] = []
  const made: string[] = []
  const db = async (url: string): Promise<Db> => {
    const client = await new MongoClient(url, { serverSelectionTimeoutMS: 5_000 }).connect()
    clients.push(client)
    return client.db()
  }
  return {
    skip: typeof embedded === 'string' ? `no MongoDB: ${embedded}` : undefined,
    isReal: given !== undefined,
    names: (...collections) => given === undefined ? { collections } : {},
    async database (documents = {}) {
      const url = base.replace(/^([^?]*:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/test_${randomBytes(6).toString('hex')}`)
      made.push(url)
      const at = await db(url)
      for (const [name, each] of Object.entries(documents)) if (each.length > 0) await at.collection(name).insertMany([...each])
      return url
    },
    db,
    async stop () {
      for (const url of given === undefined ? [] : made) await (await db(url)).dropDatabase().catch(() => {})
      for (const client of clients) await client.close().catch(() => {})
      if (typeof embedded === 'object') await embedded.stop()
    }
  }
}

/** A new database of a server as a source of clones, until the test ends; undefined when the test is skipped for want of a server. */
export async function openSource (t: TestContext, server: TestServer, documents: Readonly<Record<string, readonly Document[]>>, options: MongoOptions = {}): Promise<{ readonly url: string, readonly source: StateSource } | undefined> {
  if (server.skip !== undefined) {
    t.skip(server.skip)
    return undefined
  }
  const url = await server.database(documents)
  const source = await openMongo(url, { ...server.names(...Object.keys(documents)), ...options })
  t.after(() => source.close())
  return { url, source }
}

export function tableOf ({ tables }: StateDump, name: string): TableDump {
  const table = tables.find(each => each.name === name)
  if (table === undefined) throw new Error(`there is no ${name} among ${tables.map(each => each.name).join(', ')}`)
  return table
}

/** A row by the names of its columns; what is absent is left out. */
export function rowsOf (dump: StateDump, name: string): ReadonlyArray<Readonly<Record<string, string>>> {
  const { columns, rows } = tableOf(dump, name)
  return rows.map(row => Object.fromEntries(columns.flatMap((column, at) => row[at] == null ? [] : [[column.name, row[at]!]])))
}

/** Both must hold the same, in the same order. */
export async function natural (clone: StateClone, db: Db, ...names: string[]): Promise<unknown> {
  const found = await Promise.all(names.map(name => db.collection(name).find({}, { raw: true }).toArray()))
  return { tables: (await clone.dump()).tables, order: found.map(each => each.map(bytes => (bytes as unknown as Buffer).toString('hex'))) }
}
