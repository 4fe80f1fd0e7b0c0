import type { Db } from 'mongodb'
import { fault, isFault } from '../../errors.ts'
import { reasonOf } from '../reason.ts'
import type { StateClone, StateDump } from '../state.ts'
import { dumpCollections, type DumpLimits, type DumpSource } from './dump.ts'
import type { Relay } from './relay.ts'
import { putBack } from './reset.ts'
import type { Kept, MongoServer } from './server.ts'

export interface MongoCloneOptions {
  readonly name: string
  readonly url: string
  readonly db: Db
  /** Holds what the source held. */
  readonly template: Db
  readonly server: MongoServer
  /** By collection. */
  readonly kept: ReadonlyMap<string, Kept>
  readonly ignored: ReadonlySet<string>
  readonly limits: DumpLimits
  /** Before the server; undefined where backends connect to it directly. */
  readonly relay: Relay | undefined
}

/** A copy of a MongoDB database. Its operations follow one another, however they are called. */
export class MongoClone implements StateClone {
  readonly name: string
  readonly url: string
  readonly #options: MongoCloneOptions
  readonly #known: DumpSource['known'] = new Map()
  #last: Promise<unknown> = Promise.resolve()

  constructor (options: MongoCloneOptions) {
    this.name = options.name
    this.url = options.url
    this.#options = options
  }

  reset (): Promise<void> {
    return this.#next('reset', async () => {
      const { db, template, server, kept } = this.#options
      await Promise.all((await this.#collections()).map(name => putBack(db, template, name, kept.get(name)?.baseline ?? { order: [], digests: new Map() }, server.driver)))
    })
  }

  dump (): Promise<StateDump> {
    return this.#next('dump', async () => {
      const { db, template, server, kept, limits } = this.#options
      const names = await this.#collections()
      return Object.freeze({ tables: Object.freeze(await dumpCollections({ db, template, kept, driver: server.driver, limits, known: this.#known }, names)) })
    })
  }

  stop (): Promise<void> {
    return this.#next('stop', async () => {
      if (this.#options.relay === undefined) throw new Error('its backends are connected to the server itself')
      this.#options.relay.stop()
    })
  }

  start (): Promise<void> {
    return this.#next('start', async () => this.#options.relay?.start())
  }

  /** Ends connections of backends, once what is under way is done. */
  async disconnect (): Promise<void> {
    await this.#last
    await this.#options.relay?.close()
  }

  /** Those of the source and those that a backend made since, without the ignored ones. */
  async #collections (): Promise<readonly string[]> {
    const { db, server, kept, ignored } = this.#options
    const found = (await server.collections(db) ?? []).filter(({ type }) => type === 'collection').map(({ name }) => name)
    return [...new Set([...kept.keys(), ...found])].filter(name => !ignored.has(name)).sort()
  }

  #next<Result> (what: string, work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work).catch((error: unknown) => {
      throw isFault(error) ? error : fault('CUT_STATE_FAILED', what, this.#options.db.databaseName, `${reasonOf(error)}.`)
    })
    this.#last = result.catch(() => {})
    return result
  }
}
