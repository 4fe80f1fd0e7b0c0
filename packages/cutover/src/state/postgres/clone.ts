import type { Client } from 'pg'
import { fault, isFault } from '../../errors.ts'
import { codeOf, reasonOf } from '../reason.ts'
import type { StateClone, StateDump, TableDump } from '../state.ts'
import type { Catalog } from './catalog.ts'
import type { Connect } from './connect.ts'
import { dumpTables, type DumpLimits } from './dump.ts'
import { putBack, type Baseline } from './reset.ts'
import { readMarks, readSequences } from './snapshot.ts'

/** What a clone needs of the server it is on. */
export interface CloneServer {
  readonly connect: Connect
  /** Drops the clone's database and copies it anew. */
  renew (database: string): Promise<void>
  /** Whether others may connect to it. */
  allow (database: string, allowed: boolean): Promise<void>
  /** Ends the connections of others to it: those in a transaction, or all. */
  end (database: string, which: 'in a transaction' | 'all', but: number): Promise<void>
}

export interface CloneOptions {
  /** Without the tables that are left alone. */
  readonly catalog: Catalog
  readonly limits: DumpLimits
  readonly lockTimeoutMs: number
  /** False where triggers cannot be turned off: then each reset copies the database anew. */
  readonly inPlace: boolean
}

/** A copy of a PostgreSQL database. Its operations follow one another, however they are called. */
export class PostgresClone implements StateClone {
  readonly name: string
  readonly url: string
  readonly #database: string
  readonly #server: CloneServer
  readonly #options: CloneOptions
  readonly #dumps = new Map<number, TableDump>()
  #client: Client | undefined
  #baseline: Baseline | undefined
  #stopped = false
  #last: Promise<unknown> = Promise.resolve()

  constructor (name: string, url: string, database: string, server: CloneServer, options: CloneOptions) {
    this.name = name
    this.url = url
    this.#database = database
    this.#server = server
    this.#options = options
  }

  /** Connects to it for the first time, when nothing else has written to it. */
  async open (): Promise<void> {
    const client = await this.#connected()
    this.#baseline = { marks: await readMarks(client), sequences: await readSequences(client, this.#options.catalog) }
  }

  reset (): Promise<void> {
    return this.#next('reset', async () => {
      if (!this.#options.inPlace) return await this.#renew()
      const { lockTimeoutMs } = this.#options
      // A backend that holds a lock is waited for, then loses its transactions, then all its connections.
      for (const ended of ['in a transaction', 'all', 'nobody'] as const) {
        const client = await this.#connected()
        try {
          const outcome = await putBack(client, this.#options.catalog, this.#baseline!, lockTimeoutMs)
          if (!outcome.done) return await this.#renew()
          this.#baseline = outcome.baseline
          return
        } catch (error) {
          if (codeOf(error) !== '55P03' && codeOf(error) !== '40P01') throw error
          if (ended === 'nobody') throw new Error(`a backend holds locks for longer than ${lockTimeoutMs} ms, and took them again when its connections were ended. Have it end its transactions, or raise the timeout of locks`)
          await this.#server.end(this.#database, ended, await pidOf(client))
        }
      }
    })
  }

  dump (): Promise<StateDump> {
    return this.#next('dump', async () => {
      const { catalog, limits } = this.#options
      return Object.freeze({ tables: await dumpTables(await this.#connected(), catalog, limits, this.#baseline!.marks, this.#dumps) })
    })
  }

  stop (): Promise<void> {
    return this.#next('stop', async () => {
      const pid = await pidOf(await this.#connected())
      this.#stopped = true
      await this.#server.allow(this.#database, false)
      await this.#server.end(this.#database, 'all', pid)
    })
  }

  start (): Promise<void> {
    return this.#next('start', async () => {
      await this.#server.allow(this.#database, true)
      this.#stopped = false
    })
  }

  /** Ends the own connection. */
  async disconnect (): Promise<void> {
    await this.#last
    await this.#client?.end().catch(() => {})
    this.#client = undefined
  }

  async #renew (): Promise<void> {
    await this.#client?.end().catch(() => {})
    this.#client = undefined
    this.#dumps.clear()
    await this.#server.renew(this.#database)
    await this.open()
    if (this.#stopped) await this.#server.allow(this.#database, false)
  }

  async #connected (): Promise<Client> {
    if (this.#client !== undefined) return this.#client
    const client = await this.#server.connect(this.url)
    const forget = () => {
      if (this.#client === client) this.#client = undefined
    }
    client.once('end', forget).once('error', forget)
    this.#client = client
    return client
  }

  #next<Result> (what: string, work: () => Promise<Result>): Promise<Result> {
    // The server may have ended the connection since: then it is not the work that failed.
    const again = (error: unknown) => isBroken(error) ? work() : Promise.reject(error)
    const result = this.#last.then(work).catch(again).catch((error: unknown) => {
      throw isFault(error) ? error : fault('CUT_STATE_FAILED', what, this.#database, `${reasonOf(error)}.`)
    })
    this.#last = result.catch(() => {})
    return result
  }
}

async function pidOf (client: Client): Promise<number> {
  const { rows: [row] } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return row!.pid
}

function isBroken (error: unknown): boolean {
  return /^(?:57P0[123]|08...|ECONNRESET|EPIPE)$/.test(codeOf(error) ?? '') || /not queryable|terminated unexpectedly/.test((error as Error).message)
}
