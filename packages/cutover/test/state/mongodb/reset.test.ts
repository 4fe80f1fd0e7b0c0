import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { Binary, Int32, Long, MongoClient, ObjectId, type Db, type Document } from 'mongodb'
import { repairOf } from '../../../src/state/mongodb/reset.ts'
import type { MongoOptions } from '../../../src/state/mongodb/open.ts'
import type { StateClone } from '../../../src/state/state.ts'
import { natural, openSource, rowsOf, startServer, tableOf, type TestServer } from './database.ts'

const id = (n: number) => new ObjectId(n.toString(16).padStart(24, '0'))
const source = {
  people: [3, 1, 2].map(n => ({ _id: id(n), name: `person ${n}`, tags: ['a'], nested: { z: 1, a: new Long(n) }, photo: new Binary(Buffer.from([n])) })),
  mixed: [{ _id: 'text' }, { _id: 5 }, { _id: { b: 1, a: 2 } }, { _id: new Date(5) }, { _id: true }, { _id: 1.5 }, { _id: new Binary(Buffer.from('id')) }, { _id: Long.fromString('9007199254740993') }].map((document, at) => ({ ...document, at })) as unknown as Document[],
  empty: []
}

const writes: ReadonlyArray<readonly [name: string, write: (db: Db) => Promise<unknown>]> = [
  ['nothing at all', async () => {}],
  ['an update', db => db.collection('people').updateOne({ _id: id(1) }, { $set: { name: 'eve' } })],
  ['a field more and one less', db => db.collection('people').updateMany({}, { $set: { more: 1 }, $unset: { tags: '' } })],
  ['the same value in another type', db => db.collection('people').updateOne({ _id: id(2) }, { $set: { 'nested.a': new Int32(2) } })],
  ['the same fields in another order', db => db.collection('people').replaceOne({ _id: id(2) }, { name: 'person 2', photo: new Binary(Buffer.from([2])), nested: { a: new Long(2), z: 1 }, tags: ['a'] })],
  ['a document more', db => db.collection('people').insertOne({ name: 'new' })],
  ['documents less', db => db.collection('people').deleteMany({ _id: { $in: [id(3), id(2)] } })],
  ['all of them gone', db => db.collection('people').deleteMany({})],
  ['other documents under the same ids', async db => {
    await db.collection('people').deleteMany({})
    await db.collection('people').insertMany([1, 2, 3].map(n => ({ _id: id(n), name: `other ${n}` })))
  }],
  ['another natural order', async db => {
    const [first] = await db.collection('people').find().toArray()
    await db.collection('people').deleteOne({ _id: first!._id })
    await db.collection('people').insertOne(first!)
  }],
  ['ids of every type', async db => {
    await db.collection('mixed').updateMany({}, { $set: { at: 99 } })
    await db.collection('mixed').insertMany([{ _id: '5' as never }, { _id: { a: 5, b: 6 } as never }])
    await db.collection('mixed').deleteOne({ at: 99 })
  }],
  ['names of index fields that change places', async db => {
    await db.collection('people').updateOne({ _id: id(1) }, { $set: { name: 'x' } })
    await db.collection('people').updateOne({ _id: id(2) }, { $set: { name: 'person 1' } })
    await db.collection('people').updateOne({ _id: id(1) }, { $set: { name: 'person 2' } })
  }],
  ['documents where there were none', db => db.collection('empty').insertMany([{ a: 1 }, { a: 2 }])]
]

describe('reset of a MongoDB clone', () => {
  let server: TestServer
  before(async () => { server = await startServer() })
  after(() => server.stop())

  async function cloned (t: TestContext, options?: MongoOptions, documents: Readonly<Record<string, readonly Document[]>> = source): Promise<{ clone: StateClone, db: Db, url: string } | undefined> {
    if (server.skip !== undefined) {
      t.skip(server.skip)
      return undefined
    }
    const opened = await openSource(t, server, documents, options)
    if (opened === undefined) return undefined
    const clone = await opened.source.clone('legacy')
    return { clone, db: await server.db(clone.url), url: opened.url }
  }

  it('puts back whatever was written, byte for byte and in the same order, while the backend stays connected', async t => {
    const opened = await cloned(t)
    if (opened === undefined) return
    const { clone, db } = opened
    await db.collection('people').createIndex({ name: 1 }, { unique: true })
    const state = () => natural(clone, db, 'people', 'mixed', 'empty')
    const expected = await state()
    for (const [name, write] of [...writes, ...writes]) {
      await write(db)
      // The embedded server takes no notice of an order.
      if (name !== 'nothing at all' && (server.isReal || name !== 'the same fields in another order')) assert.notDeepEqual(await state(), expected, `${name}: nothing was written`)
      await clone.reset()
      assert.deepEqual(await state(), expected, name)
    }
    await assert.rejects(db.collection('people').insertOne({ name: 'person 1' }), { code: 11000 })
  })

  it('keeps the indexes of the source, unique ones too', async t => {
    if (server.skip !== undefined) return t.skip(server.skip)
    const url = await server.database({ people: source.people })
    await (await server.db(url)).collection('people').createIndex({ name: 1 }, { name: 'by_name', unique: true, partialFilterExpression: { name: { $gt: '' } } })
    const { openMongo } = await import('../../../src/state/mongodb/open.ts')
    const opened = await openMongo(url, server.names('people'))
    t.after(() => opened.close())
    const clone = await opened.clone('legacy')
    const db = await server.db(clone.url)
    assert.deepEqual(rowsOf(await clone.dump(), 'system.indexes'), [{ collection: '"people"', name: '"by_name"', key: '"name: 1"', options: '{"partialFilterExpression":{"name":{"$gt":""}},"unique":true}' }])
    assert.deepEqual(tableOf(await clone.dump(), 'system.indexes').origins, ['kept'])
    await db.collection('people').deleteMany({})
    await clone.reset()
    await assert.rejects(db.collection('people').insertOne({ name: 'person 1' }), { code: 11000 })
  })

  it('empties collections that a backend made', async t => {
    const opened = await cloned(t, server.isReal ? {} : { collections: ['people', 'made'] }, { people: source.people })
    if (opened === undefined) return
    const { clone, db } = opened
    await db.collection('made').insertOne({ a: 1 })
    assert.equal(tableOf(await clone.dump(), 'made').rows.length, 1)
    await clone.reset()
    assert.equal(await db.collection('made').countDocuments(), 0)
    assert.deepEqual((await clone.dump()).tables.map(({ name }) => name), server.isReal ? ['people'] : ['made', 'people'])
  })

  it('leaves ignored collections alone', async t => {
    const opened = await cloned(t, { ignoreCollections: ['mixed'] })
    if (opened === undefined) return
    const { clone, db } = opened
    await db.collection('mixed').deleteMany({})
    await clone.reset()
    assert.equal(await db.collection('mixed').countDocuments(), 0)
    assert.deepEqual((await clone.dump()).tables.map(({ name }) => name), ['empty', 'people'])
  })

  it('is the law: whatever is deleted, changed, added or moved, repair gives back the order and the documents', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }), fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }), fc.array(fc.boolean(), { minLength: 31, maxLength: 31 }), fc.integer({ min: 0, max: 12 }), (source, now, changes, mostMoved) => {
      const wanted = source.map(String)
      const baseline = { order: wanted, digests: new Map(wanted.map(each => [each, 'source'])) }
      const order = now.map(String)
      const changed = new Set(order.filter(each => baseline.digests.has(each) && changes[Number(each)]))
      const { remove, replace, insert } = repairOf(baseline, order, changed, mostMoved)
      const held = new Map(order.map(each => [each, changed.has(each) ? 'changed' : baseline.digests.get(each) ?? 'new']))
      for (const each of remove) assert.ok(held.delete(each), `${each} is removed, but not there`)
      for (const each of replace) {
        assert.ok(held.has(each), `${each} is replaced, but not there`)
        held.set(each, 'source')
      }
      for (const each of insert) {
        assert.ok(!held.has(each), `${each} is inserted, but there`)
        held.set(each, 'source')
      }
      assert.deepEqual(new Map([...held].sort()), new Map([...baseline.digests].sort()))
      // Whatever had to move, unless that was too much.
      if (order.length <= mostMoved) assert.deepEqual([...held.keys()], wanted)
    }), { numRuns: 2000 })
  })

  it('refuses and cuts connections while it is stopped, and is reached again after', async t => {
    const opened = await cloned(t, undefined, { people: source.people })
    if (opened === undefined) return
    const { clone } = opened
    const fresh = () => new MongoClient(clone.url, { serverSelectionTimeoutMS: 200 }).connect()
    const backend = await fresh()
    t.after(() => backend.close())
    const count = () => backend.db().collection('people').countDocuments()
    assert.equal(await count(), 3)
    await clone.stop()
    await assert.rejects(count(), /ECONNREFUSED|ECONNRESET|closed/)
    await assert.rejects(fresh(), /ECONNREFUSED|ECONNRESET|closed/)
    await clone.reset()
    assert.equal(tableOf(await clone.dump(), 'people').rows.length, 3)
    await clone.start()
    await (await fresh()).close()
    await until(async () => await count().catch(() => 0) === 3)
  })

  it('bounds a dump by documents and by bytes, with what was written to first', async t => {
    const many = Array.from({ length: 50 }, (_, n) => ({ _id: id(n + 1), n }))
    const opened = await cloned(t, { rowLimit: 10 }, { many })
    if (opened === undefined) return
    const { clone, db } = opened
    const before = tableOf(await clone.dump(), 'many')
    assert.deepEqual([before.rows.length, before.truncated], [10, 50])
    await db.collection('many').updateOne({ _id: id(40) }, { $set: { n: 'changed' } })
    await db.collection('many').insertOne({ _id: id(99), n: 'new' })
    await db.collection('many').deleteOne({ _id: id(3) })
    const table = tableOf(await clone.dump(), 'many')
    assert.deepEqual([table.rows.length, table.truncated], [10, 50])
    assert.deepEqual([...table.origins!].sort().slice(0, 2), ['changed', 'kept'])
    assert.deepEqual(table.rows.filter((_, at) => table.origins![at] !== 'kept').map(([, n]) => n), ['"changed"', '"new"'])
    const changed = table.origins!.indexOf('changed')
    assert.deepEqual(table.columns.filter((_, at) => table.changes![changed]![at]).map(({ name }) => name), ['n'])
    const small = await cloned(t, { dumpBytes: 400 }, { many })
    assert.ok(tableOf(await small!.clone.dump(), 'many').rows.length < 30)
  })
})

async function until (condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error('it did not come to that within 10 s')
}
