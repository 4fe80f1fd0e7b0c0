import { randomBytes } from 'node:crypto'
import type { NetConnectOpts } from 'node:net'
import { hostname } from 'node:os'
import type { MongoClient } from 'mongodb'
import { fault, isFault, type CutoverError } from '../../errors.ts'
import { databaseName, hostDigits, type Run } from '../database-name.ts'
import { reasonOf } from '../reason.ts'
import type { StateClone, StateSource } from '../state.ts'
import { addressOf, readAddress, type Address } from './address.ts'
import { MongoClone } from './clone.ts'
import { loadDriver } from './driver.ts'
import { openRelay, type Relay } from './relay.ts'
import { MongoServer, unavailable, type Kept } from './server.ts'

export interface MongoOptions {
  /** Collections of the database; needed where the server cannot list them. Chunks of a named `NAME.files` are among them. */
  readonly collections?: readonly string[]
  /** Collections that are neither reset nor dumped. */
  readonly ignoreCollections?: readonly string[]
  /** Documents of a collection that are dumped; 10 000 when left out. */
  readonly rowLimit?: number
  /** Bytes of documents that one dump holds, about; 64 MiB when left out. */
  readonly dumpBytes?: number
  /** False to connect backends to the server itself, so that nothing stands between them: then clones cannot be stopped. */
  readonly relay?: boolean
}

/**
 * Opens a MongoDB database as a source of clones. It is copied once, now; what is written to it later is in no clone. What
 * dead runs left on the server is dropped. Each clone is reached through a relay on this machine, so that it can be
 * stopped.
 * @throws CUT_PACKAGE_MISSING without the package `mongodb`
 * @throws CUT_STATE_COLLECTIONS where the server cannot list its collections and none are named
 * @throws CUT_STATE_UNAVAILABLE
 */
export async function openMongo (url: string, options: MongoOptions = {}): Promise<StateSource> {
  const address = readAddress(url)
  if (address === undefined || address.database === '') throw unavailable(address === undefined ? '?' : address.hosts, 'its URL must begin with mongodb:// and name a database: mongodb://user:password@localhost:27017/database')
  const { database } = address
  const driver = await loadDriver()
  const connected = await connectTo(url, database, driver)
  const run: Run = { host: hostDigits(hostname()), pid: process.pid, startedAt: Date.now(), nonce: randomBytes(4).toString('hex') }
  const server = new MongoServer(connected, driver, withChunks(options.collections ?? []))
  const template = connected.db(databaseName(run, 'template'))
  try {
    await server.dropLeftovers(hostname(), run.startedAt)
    const collections = await server.collections(connected.db(database))
    if (collections === undefined) throw fault('CUT_STATE_COLLECTIONS', `"${database}"`)
    const kept = await server.copy(connected.db(database), template, collections)
    return new MongoSource(address, await routeOf(connected, address), server, run, kept, options)
  } catch (error) {
    await server.drop(template, options.collections ?? []).catch(() => {})
    await connected.close()
    throw isFault(error) ? error : explained(database, error)
  }
}

async function connectTo (url: string, database: string, { MongoClient }: MongoServer['driver']): Promise<MongoClient> {
  let client: MongoClient | undefined
  try {
    client = new MongoClient(url, { appName: 'cutover', serverSelectionTimeoutMS: 10_000 })
    return await client.connect()
  } catch (error) {
    await client?.close().catch(() => {})
    throw unavailable(database, `${reasonOf(error)}. Check that the server runs, that the URL is right, and that its user may read the database`)
  }
}

function withChunks (names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap(name => {
    const bucket = /^(.+)\.(?:files|chunks)$/.exec(name)?.[1]
    return bucket === undefined ? [name] : [`${bucket}.files`, `${bucket}.chunks`]
  }))].sort()
}

function explained (database: string, error: unknown): CutoverError {
  return Number((error as { code?: unknown }).code) === 13
    ? unavailable(database, `${reasonOf(error)}. Give the URL of a user that may read it, and may write to other databases of the server: the role readWriteAnyDatabase`)
    : unavailable(database, reasonOf(error))
}

/** How the server that takes writes is reached. */
interface Route {
  readonly target: NetConnectOpts
  readonly authSource: string | undefined
  readonly tls: boolean
}

async function routeOf (client: MongoClient, { user, database }: Address): Promise<Route> {
  const { options } = client
  const hello = await client.db('admin').command({ hello: 1 }) as { readonly primary?: string }
  const [first] = options.hosts
  const authSource = user === undefined ? undefined : options.credentials?.source ?? (database || 'admin')
  const common = { authSource, tls: options.tls }
  // Of a replica set, which the driver has found by the names that its members have for each other.
  if (hello.primary !== undefined && !options.directConnection) {
    const at = hello.primary.lastIndexOf(':')
    return { ...common, target: { host: hello.primary.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(hello.primary.slice(at + 1)) } }
  }
  return { ...common, target: first?.socketPath !== undefined ? { path: first.socketPath } : { host: first?.host ?? '127.0.0.1', port: first?.port ?? 27017 } }
}

class MongoSource implements StateSource {
  readonly kind = 'mongodb'
  readonly #address: Address
  readonly #route: Route
  readonly #server: MongoServer
  readonly #run: Run
  readonly #kept: readonly Kept[]
  readonly #options: MongoOptions
  readonly #clones: MongoClone[] = []
  readonly #databases: string[] = []
  #closed: Promise<void> | undefined

  constructor (address: Address, route: Route, server: MongoServer, run: Run, kept: readonly Kept[], options: MongoOptions) {
    this.#address = address
    this.#route = route
    this.#server = server
    this.#run = run
    this.#kept = kept
    this.#options = options
  }

  async clone (name: string): Promise<StateClone> {
    const source = this.#address.database
    if (this.#closed !== undefined) throw unavailable(source, 'its clones are dropped already. Open it again')
    const { client } = this.#server
    const database = databaseName(this.#run, `${this.#databases.push('')}-${name}`)
    this.#databases[this.#databases.indexOf('')] = database
    let relay: Relay | undefined
    try {
      const db = client.db(database)
      const template = client.db(databaseName(this.#run, 'template'))
      // Views come last: what they show must be there.
      const views = (await this.#server.collections(template) ?? []).filter(({ type }) => type === 'view')
      await this.#server.copy(template, db, [...this.#kept, ...views])
      if (this.#options.relay !== false) relay = await openRelay(this.#route.target)
      const { authSource, tls } = this.#route
      const clone = new MongoClone({
        name,
        url: addressOf(this.#address, database, { authSource, tls, relay: relay?.address }),
        db,
        template,
        server: this.#server,
        kept: new Map(this.#kept.map(each => [each.name, each])),
        ignored: new Set(this.#options.ignoreCollections ?? []),
        limits: { rows: this.#options.rowLimit ?? 10_000, bytes: this.#options.dumpBytes ?? 64 * 1024 * 1024 },
        relay
      })
      this.#clones.push(clone)
      return clone
    } catch (error) {
      await relay?.close()
      throw isFault(error) ? error : explained(source, error)
    }
  }

  close (): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close (): Promise<void> {
    for (const clone of this.#clones) await clone.disconnect()
    let failed: unknown
    for (const database of [...this.#databases, databaseName(this.#run, 'template')]) {
      await this.#server.drop(this.#server.client.db(database), this.#kept.map(({ name }) => name)).catch((error: unknown) => { failed ??= error })
    }
    await this.#server.client.close()
    if (failed !== undefined) throw explained(this.#address.database, failed)
  }
}
