import type { Client } from 'pg'
import { fault, type CutoverError } from '../../errors.ts'
import { hostDigits, isAlive, leftovers } from '../database-name.ts'
import { codeOf, reasonOf } from '../reason.ts'
import type { CloneServer } from './clone.ts'
import { literal, quoted, urlOf, type Connect } from './connect.ts'

/** A template below this size is copied by way of the log, page by page; a larger one file by file, with two checkpoints. */
const copiedByFile = 64 * 1024 * 1024

/** What may be done on the server, by a connection that is to none of the databases that are copied. */
export class PostgresServer implements CloneServer {
  readonly connect: Connect
  readonly #client: Client
  /** What clones are copied from. */
  readonly template: string
  readonly version: number
  #settings: readonly string[] = []
  #last: Promise<unknown> = Promise.resolve()

  constructor (client: Client, connect: Connect, template: string, version: number) {
    this.#client = client
    this.connect = connect
    this.template = template
    this.version = version
  }

  /** Statements run one after the other: none waits for another's copy in a way that the server would refuse. */
  query (text: string, values: readonly unknown[] = []): Promise<ReadonlyArray<Record<string, unknown>>> {
    const result = this.#last.then(async () => (await this.#client.query(text, [...values])).rows as ReadonlyArray<Record<string, unknown>>)
    this.#last = result.catch(() => {})
    return result
  }

  /** Drops what dead runs left. What cannot be dropped is left to its owner. */
  async dropLeftovers (hostname: string, now: number): Promise<void> {
    const rows = await this.query("select d.datname::text as name, (select count(*)::int4 from pg_stat_activity a where a.datid = d.oid) as connections from pg_database d where d.datname like 'cutover\\_%'")
    const databases = new Map(rows.map(({ name, connections }) => [String(name), Number(connections)]))
    for (const database of leftovers(databases, hostDigits(hostname), now, isAlive)) await this.query(`drop database if exists ${quoted(database)}`).catch(() => {})
  }

  /** Remembers the settings of a database, which a copy does not have by itself. */
  async readSettings (database: string): Promise<void> {
    const rows = await this.query(`select r.rolname::text as role, unnest(s.setconfig) as setting from pg_db_role_setting s
      join pg_database d on d.oid = s.setdatabase left join pg_roles r on r.oid = s.setrole where d.datname = $1`, [database])
    this.#settings = rows.map(({ role, setting }) => {
      const [name, ...rest] = String(setting).split('=')
      const value = lists.has(name!.toLowerCase()) ? rest.join('=') || "''" : literal(rest.join('='))
      return `${role === null ? 'alter database %' : `alter role ${quoted(String(role))} in database %`} set ${name!.split('.').map(quoted).join('.')} to ${value}`
    })
  }

  /** Copies a database to which nobody is connected. */
  async copy (from: string, to: string): Promise<void> {
    const [row] = await this.query('select pg_database_size($1)::text as size', [from])
    const strategy = this.version < 150000 ? '' : ` strategy ${Number(row!.size) < copiedByFile ? 'wal_log' : 'file_copy'}`
    await this.query(`create database ${quoted(to)} template ${quoted(from)}${strategy}`)
    await this.query(`comment on database ${quoted(to)} is 'A copy that cutover compares with. It is dropped when the run ends; when that run is dead, it may be dropped.'`)
    // Another role's settings are not everybody's to set.
    for (const setting of this.#settings) await this.query(setting.replace('%', () => quoted(to))).catch(() => {})
  }

  async drop (database: string): Promise<void> {
    await this.query(`drop database if exists ${quoted(database)} with (force)`)
  }

  async renew (database: string): Promise<void> {
    await this.drop(database)
    await this.copy(this.template, database)
  }

  async allow (database: string, allowed: boolean): Promise<void> {
    await this.query(`alter database ${quoted(database)} allow_connections ${allowed}`)
  }

  async end (database: string, which: 'in a transaction' | 'idle' | 'all', but = 0): Promise<void> {
    const those = which === 'all' ? '' : which === 'idle' ? " and state = 'idle'" : ' and xact_start is not null'
    // 5 s: until they are gone, not only told to go.
    await this.query(`select pg_terminate_backend(pid${this.version < 140000 ? '' : ', 5000'}) from pg_stat_activity
      where datname = $1 and pid <> $2 and backend_type = 'client backend'${those}`, [database, but])
  }

  /** Who is connected to a database, for a message. */
  async users (database: string): Promise<string> {
    const rows = await this.query(`select coalesce(nullif(application_name, ''), 'a client without application_name') as who, count(*)::int4 as n
      from pg_stat_activity where datname = $1 and backend_type = 'client backend' group by 1 order by 2 desc, 1 limit 5`, [database])
    return rows.map(({ who, n }) => Number(n) > 1 ? `${String(who)} (${Number(n)} connections)` : String(who)).join(', ')
  }

  async close (): Promise<void> {
    await this.#last
    await this.#client.end().catch(() => {})
  }
}

/** Settings whose values are lists, kept by the server in quotes already. */
const lists = new Set(['search_path', 'local_preload_libraries', 'session_preload_libraries', 'shared_preload_libraries', 'temp_tablespaces', 'unix_socket_directories'])

/**
 * Connects to a server, but not to the database that is to be copied: the server's own `postgres` or `template1`.
 * @throws CUT_STATE_UNAVAILABLE
 */
export async function connectBeside (url: string, database: string, connect: Connect): Promise<Client> {
  let last: unknown
  for (const name of ['postgres', 'template1']) {
    if (name === database) continue
    try {
      return await connect(urlOf(url, name))
    } catch (error) {
      last = error
      // The same would be said of any database: no server, a wrong password.
      if (!/^(?:3D000|42501|55000|28000)$/.test(codeOf(error) ?? '')) break
    }
  }
  throw unavailable(database, `${reasonOf(last)}. Check that the server runs, that the URL is right, and that its user may connect to the database "postgres"`)
}

export function unavailable (database: string, what: string): CutoverError {
  return fault('CUT_STATE_UNAVAILABLE', `"${database}"`, `${what}.`)
}
