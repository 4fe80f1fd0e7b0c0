import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { isFault, type CutoverError } from '../../errors.ts'
import { databaseName, hostDigits, type Run } from '../database-name.ts'
import { codeOf, reasonOf } from '../reason.ts'
import type { StateClone, StateSource } from '../state.ts'
import { readCatalog, snapshotSchema, without } from './catalog.ts'
import { PostgresClone, type CloneOptions } from './clone.ts'
import { loadConnect, urlOf, type Connect } from './connect.ts'
import { connectBeside, PostgresServer, unavailable } from './server.ts'
import { keepSnapshot } from './snapshot.ts'

export interface PostgresOptions {
  /** Tables that are neither reset nor dumped, such as those of migrations: `migrations`, `audit.log`. */
  readonly ignoreTables?: readonly string[]
  /** Rows of a table that are dumped; 10 000 when left out. */
  readonly rowLimit?: number
  /** Bytes of values that one dump holds, about; 64 MiB when left out. */
  readonly dumpBytes?: number
  /** How long a reset waits for a backend's open transaction before it ends that backend's connections, ms; 1 000 when left out. */
  readonly lockTimeoutMs?: number
  /** Ends idle connections to the source, so that it can be copied. Without it a source in use is an error. */
  readonly endConnections?: boolean
}

/**
 * Opens a PostgreSQL database (13 and later) as a source of clones. It is copied once, now: nobody may be connected to it
 * at that moment, and what is written to it later is in no clone. What dead runs left on the server is dropped.
 *
 * A superuser's clones are put back in place while backends stay connected; where the user may not turn triggers off, each
 * reset copies the database anew, which ends the connections of the backend.
 * @param url of the database that is copied: its user must own it, or be a superuser, and may create databases
 * @throws CUT_PACKAGE_MISSING without the package `pg`
 * @throws CUT_STATE_UNAVAILABLE
 */
export async function openPostgres (url: string, options: PostgresOptions = {}): Promise<StateSource> {
  const database = databaseOf(url)
  const connect = await loadConnect()
  const client = await connectBeside(url, database, connect)
  const run: Run = { host: hostDigits(hostname()), pid: process.pid, startedAt: Date.now(), nonce: randomBytes(4).toString('hex') }
  const { rows: [row] } = await client.query<{ version: number }>("select current_setting('server_version_num')::int4 as version")
  const server = new PostgresServer(client, connect, databaseName(run, 'template'), row!.version)
  try {
    if (row!.version < 130000) throw unavailable(database, `the server is PostgreSQL ${Math.floor(row!.version / 10000)}. Use version 13 or later`)
    await server.dropLeftovers(hostname(), run.startedAt)
    await server.readSettings(database)
    await copySource(server, database, options.endConnections ?? false)
    return new PostgresSource(url, server, run, await prepare(url, server, connect, options))
  } catch (error) {
    await server.drop(server.template).catch(() => {})
    await server.close()
    throw isFault(error) ? error : unavailable(database, reasonOf(error))
  }
}

function databaseOf (url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw unavailable('?', 'its URL cannot be read. Give one such as postgres://user:password@localhost:5432/database')
  }
  const name = decodeURIComponent(parsed.pathname.slice(1))
  if (!/^postgres(?:ql)?:$/.test(parsed.protocol) || name === '') throw unavailable(name || '?', 'its URL must begin with postgres:// and name a database: postgres://user:password@localhost:5432/database')
  return name
}

async function copySource (server: PostgresServer, database: string, endConnections: boolean): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (endConnections) await server.end(database, 'idle')
      // The server itself would wait for 5 s, during which nobody could connect.
      else if (await isInUse(server, database)) throw await inUseError(server, database, false)
      return await server.copy(database, server.template)
    } catch (error) {
      const inUse = codeOf(error) === '55006'
      // Pools connect again as soon as they are used.
      if (inUse && endConnections && attempt < 3) continue
      if (isFault(error)) throw error
      throw inUse ? await inUseError(server, database, endConnections) : explained(database, error)
    }
  }
}

/** Whether somebody stays connected: who has just left is still seen for some milliseconds. */
async function isInUse (server: PostgresServer, database: string): Promise<boolean> {
  for (let look = 1; look <= 10; look++) {
    if (await server.users(database) === '') return false
    await delay(50)
  }
  return true
}

async function inUseError (server: PostgresServer, database: string, endConnections: boolean): Promise<CutoverError> {
  const users = await server.users(database)
  return unavailable(database, `PostgreSQL copies only a database that nobody is connected to, and ${users || 'somebody'} ${endConnections ? 'stayed connected' : 'is connected'}. Stop what uses it, or name a copy of it that nothing uses${endConnections ? '' : ', or set endConnections to have idle connections ended'}`)
}

function explained (database: string, error: unknown): CutoverError {
  switch (codeOf(error)) {
    case '42501': return unavailable(database, `${reasonOf(error)}. Give the URL of a user that owns the database and may create others: ALTER ROLE name CREATEDB`)
    case '3D000': return unavailable(database, 'there is no such database on the server. Create it and run its migrations first')
    case '53100': return unavailable(database, `${reasonOf(error)}. Free space on the server, or name a smaller database`)
    default: return unavailable(database, reasonOf(error))
  }
}

/** Reads what there is in the copy, and has it keep what it holds. */
async function prepare (url: string, server: PostgresServer, connect: Connect, options: PostgresOptions): Promise<CloneOptions> {
  const client = await connect(urlOf(url, server.template))
  try {
    const found = await readCatalog(client)
    const inPlace = await keepSnapshot(client, found).then(() => mayTurnTriggersOff(client), async error => {
      if (codeOf(error) !== '42501') throw error
      await client.query('rollback')
      return false
    })
    // Again: the triggers that mark are part of the shape of a table.
    const catalog = without(await readCatalog(client), new Set(options.ignoreTables ?? []))
    return {
      catalog,
      inPlace,
      limits: { rows: options.rowLimit ?? 10_000, bytes: options.dumpBytes ?? 64 * 1024 * 1024 },
      lockTimeoutMs: options.lockTimeoutMs ?? 1_000
    }
  } finally {
    await client.end()
  }
}

async function mayTurnTriggersOff (client: import('pg').Client): Promise<boolean> {
  try {
    await client.query('set session_replication_role = replica; reset session_replication_role')
    return true
  } catch (error) {
    if (codeOf(error) !== '42501') throw error
    await client.query(`drop schema ${snapshotSchema} cascade`)
    return false
  }
}

class PostgresSource implements StateSource {
  readonly kind = 'postgres'
  readonly #url: string
  readonly #server: PostgresServer
  readonly #run: Run
  readonly #options: CloneOptions
  readonly #clones: Array<{ readonly database: string, readonly clone: PostgresClone }> = []
  #closed: Promise<void> | undefined

  constructor (url: string, server: PostgresServer, run: Run, options: CloneOptions) {
    this.#url = url
    this.#server = server
    this.#run = run
    this.#options = options
  }

  async clone (name: string): Promise<StateClone> {
    const source = databaseOf(this.#url)
    if (this.#closed !== undefined) throw unavailable(source, 'its clones are dropped already. Open it again')
    const database = databaseName(this.#run, `${this.#clones.length + 1}-${name}`)
    const clone = new PostgresClone(name, urlOf(this.#url, database), database, this.#server, this.#options)
    this.#clones.push({ database, clone })
    try {
      await this.#server.copy(this.#server.template, database)
      await clone.open()
      return clone
    } catch (error) {
      throw explained(source, error)
    }
  }

  close (): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close (): Promise<void> {
    for (const { clone } of this.#clones) await clone.disconnect()
    let failed: unknown
    for (const database of [...this.#clones.map(each => each.database), this.#server.template]) {
      await this.#server.drop(database).catch((error: unknown) => { failed ??= error })
    }
    await this.#server.close()
    if (failed !== undefined) throw explained(databaseOf(this.#url), failed)
  }
}
