import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { describe, it } from 'node:test'
import * as driver from 'mongodb'
import type { Db, Document, MongoClient } from 'mongodb'
import { hostDigits } from '../../../src/state/database-name.ts'
import { MongoServer } from '../../../src/state/mongodb/server.ts'

/** What MongoDB answers where the embedded server cannot, kept in memory. */
class FakeServer {
  readonly databases = new Map<string, Document[]>()
  readonly log: string[] = []

  get client (): MongoClient {
    return { db: (name: string) => this.db(name) } as unknown as MongoClient
  }

  db (databaseName: string): Db {
    const of = () => this.databases.get(databaseName) ?? []
    return {
      databaseName,
      command: async (command: Document) => {
        if ('listDatabases' in command) return { databases: [...this.databases.keys()].map(name => ({ name })) }
        this.log.push(`${databaseName} ${JSON.stringify(command)}`)
        return {}
      },
      dropDatabase: async () => this.databases.delete(databaseName),
      listCollections: () => ({ toArray: async () => of() }),
      collection: () => ({
        find: async function * () {},
        listIndexes: () => ({ toArray: async () => { throw Object.assign(new Error('ns does not exist'), { code: 26, codeName: 'NamespaceNotFound' }) } })
      })
    } as unknown as Db
  }
}

function open (databases: Readonly<Record<string, Document[]>>, named: readonly string[] = []) {
  const fake = new FakeServer()
  for (const [name, collections] of Object.entries(databases)) fake.databases.set(name, collections)
  return { fake, server: new MongoServer(fake.client, driver, named) }
}

describe('a server that can list', () => {
  it('gives its collections beside those that are named, without its own', async () => {
    const { fake, server } = open({ shop: [{ name: 'b', type: 'collection', options: { capped: true, size: 5 } }, { name: 'system.views', type: 'collection' }, { name: 'a' }] }, ['later', 'a'])
    assert.deepEqual(await server.collections(fake.db('shop')), [
      { name: 'a', type: 'collection', options: {} },
      { name: 'b', type: 'collection', options: { capped: true, size: 5 } },
      { name: 'later', type: 'collection', options: {} }
    ])
  })

  it('makes collections with their options, and views after them, which hold nothing of their own', async () => {
    const { fake, server } = open({})
    const kept = await server.copy(fake.db('shop'), fake.db('clone'), [
      { name: 'a', type: 'collection', options: {} },
      { name: 'b', type: 'collection', options: { collation: { locale: 'de' } } },
      { name: 'v', type: 'view', options: { viewOn: 'a', pipeline: [] } }
    ])
    assert.deepEqual(fake.log, ['clone {"create":"b","collation":{"locale":"de"}}', 'clone {"create":"v","viewOn":"a","pipeline":[]}'])
    assert.deepEqual(kept.map(({ name, indexes, baseline }) => [name, indexes, baseline.order]), [['a', [], []], ['b', [], []]])
  })

  it('says which collection cannot be put back', async () => {
    const { fake, server } = open({})
    await assert.rejects(server.copy(fake.db('shop'), fake.db('clone'), [{ name: 'weather', type: 'timeseries', options: {} }]), { code: 'CUT_STATE_UNAVAILABLE', message: /"shop".*weather is a timeseries collection/ })
  })

  it('loses what dead runs left, and nothing else', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const host = hostDigits(hostname())
    const now = Math.floor(Date.now() / 1000).toString(36)
    const dead = `cutover_${host}_${pid}_${now}_00000001_1-legacy`
    const old = `cutover_ffffff_1_${(1000).toString(36)}_00000002_template`
    const kept = [`cutover_${host}_${process.pid}_${now}_00000003_template`, `cutover_ffffff_1_${now}_00000004_template`, 'cutover_production', 'shop']
    const { fake, server } = open(Object.fromEntries([dead, old, ...kept].map(name => [name, []])))
    await server.dropLeftovers(hostname(), Date.now())
    assert.deepEqual([...fake.databases.keys()], kept)
    await server.drop(fake.db('shop'), [])
    assert.equal(fake.databases.has('shop'), false)
  })
})
