import type { Db, Document, MongoClient } from 'mongodb'
import { fault, type CutoverError } from '../../errors.ts'
import { hostDigits, isAlive, leftovers } from '../database-name.ts'
import { isUnknownCommand, type Driver } from './driver.ts'
import { parse, readDocuments, type Baseline, type ExactDocument } from './documents.ts'
import { createIndexes, readIndexes, type Index } from './indexes.ts'

/** A collection of the source: its options, its indexes, and what it held. */
export interface Kept {
  readonly name: string
  readonly options: Document
  readonly indexes: readonly Index[]
  readonly baseline: Baseline
}

const batchDocuments = 500
const batchBytes = 8 * 1024 * 1024

/** What may be done on a server. Some servers that speak MongoDB's protocol cannot list or drop: then collections must be named, and are emptied instead. */
export class MongoServer {
  readonly client: MongoClient
  readonly driver: Driver
  readonly #named: readonly string[]

  constructor (client: MongoClient, driver: Driver, named: readonly string[]) {
    this.client = client
    this.driver = driver
    this.#named = named
  }

  /**
   * The collections of a database; undefined where the server cannot say and none are named.
   * Views and what the server keeps for itself are left out.
   */
  async collections (db: Db): Promise<ReadonlyArray<{ readonly name: string, readonly options: Document, readonly type: string }> | undefined> {
    const named = this.#named.map(name => ({ name, options: {}, type: 'collection' }))
    try {
      const found = await db.listCollections().toArray()
      const own = found.filter(({ name }) => !name.startsWith('system.')).map(({ name, type = 'collection', options = {} }: { name: string, type?: string, options?: Document }) => ({ name, type, options }))
      return [...own, ...named.filter(({ name }) => !own.some(each => each.name === name))].sort((a, b) => a.name < b.name ? -1 : 1)
    } catch (error) {
      if (!isUnknownCommand(error)) throw error
      return named.length === 0 ? undefined : named
    }
  }

  /** Copies collections into another database; says what they hold. */
  async copy (from: Db, to: Db, collections: ReadonlyArray<{ readonly name: string, readonly options: Document, readonly type?: string }>): Promise<readonly Kept[]> {
    const kept: Kept[] = []
    for (const { name, options, type = 'collection' } of collections) {
      if (type === 'collection' ? Object.keys(options).length > 0 : type === 'view') await to.command({ create: name, ...options })
      if (type === 'view') continue
      if (type !== 'collection') throw unavailable(from.databaseName, `${name} is a ${type} collection, whose documents cannot be put back. Name a database without it`)
      const indexes = await readIndexes(from, name)
      const baseline = await this.#copyDocuments(from, to, name)
      await createIndexes(to, name, indexes)
      kept.push({ name, options, indexes, baseline })
    }
    return kept
  }

  async #copyDocuments (from: Db, to: Db, name: string): Promise<Baseline> {
    const order: string[] = []
    const digests = new Map<string, string>()
    let batch: ExactDocument[] = []
    let size = 0
    const flush = async (): Promise<void> => {
      if (batch.length > 0) await insert(to, name, batch)
      batch = []
      size = 0
    }
    for await (const { id, digest, bytes } of readDocuments(from.collection(name), this.driver)) {
      if (digests.has(id)) continue
      order.push(id)
      digests.set(id, digest)
      batch.push(parse(bytes, this.driver))
      size += bytes.length
      if (batch.length >= batchDocuments || size >= batchBytes) await flush()
    }
    await flush()
    return { order, digests }
  }

  /** Drops a database, or empties its collections where the server cannot drop. */
  async drop (db: Db, known: readonly string[]): Promise<void> {
    try {
      await db.dropDatabase()
    } catch (error) {
      if (!isUnknownCommand(error)) throw error
      for (const name of new Set([...known, ...this.#named])) await db.collection(name).deleteMany({})
    }
  }

  /** Drops what dead runs left. What cannot be dropped is left to its owner; a server that cannot list keeps nothing for long. */
  async dropLeftovers (hostname: string, now: number): Promise<void> {
    let databases: Map<string, number>
    try {
      const { databases: found } = await this.client.db('admin').command({ listDatabases: 1, nameOnly: true })
      databases = new Map((found as Array<{ name: string }>).map(({ name }) => [name, 0]))
    } catch {
      // A user may be allowed to see its own database only.
      return
    }
    for (const database of leftovers(databases, hostDigits(hostname), now, isAlive)) await this.client.db(database).dropDatabase().catch(() => {})
  }
}

/** Inserts documents in their order. */
export async function insert (db: Db, collection: string, documents: readonly ExactDocument[]): Promise<void> {
  for (let at = 0; at < documents.length; at += batchDocuments) {
    await db.collection(collection).insertMany(documents.slice(at, at + batchDocuments) as Document[], { ordered: true })
  }
}

export function unavailable (database: string, what: string): CutoverError {
  return fault('CUT_STATE_UNAVAILABLE', `"${database}"`, `${what}.`)
}
