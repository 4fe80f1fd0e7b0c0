import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { Binary, Decimal128, Double, GridFSBucket, Int32, Long, ObjectId, type Db } from 'mongodb'
import { compareStates, learnStateNoise, type StateComparison } from '../../../src/parity/trial/compare-state.ts'
import type { StateClone } from '../../../src/state/state.ts'
import { openSource, startServer, type TestServer } from './database.ts'

const ada = new ObjectId('6b0218c544f10c109f0c4301')
const grace = new ObjectId('6b0218c544f10c109f0c4302')
const source = {
  people: [
    { _id: ada, name: 'ada', born: new Date(0), paid: Decimal128.fromString('1.50'), tags: ['a', 'b'], address: { city: 'London', zip: 'W1' }, key: new Binary(Buffer.from('00ff', 'hex')), visits: new Int32(5), big: Long.fromNumber(7), nick: null },
    { _id: grace, name: 'grace', visits: new Int32(2) }
  ],
  notes: [{ _id: new ObjectId('6b0218c544f10c109f0c4311'), owner: ada, title: 'kept', readers: [grace] }],
  'content.files': [],
  'content.chunks': []
}

/** What one backend does on its clone, with ids and times of its own. */
async function work (db: Db, offset: number): Promise<void> {
  const first = new ObjectId()
  const second = new ObjectId()
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 2) + offset + ms)
  const people = db.collection('people')
  await people.insertOne({ _id: first, name: 'eve', createdAt: at(0), visits: new Int32(1), ratio: new Double(0.5), hash: `$argon2id$v=19$m=65536,t=3,p=4$${'salt'.repeat(4)}$${first.toHexString()}${first.toHexString()}`, deletedAt: null })
  await people.insertOne({ _id: second, name: 'mallory', hash: null, createdAt: at(5), friend: first, visits: new Int32(0), deletedAt: null })
  await people.updateOne({ _id: grace }, { $set: { seenAt: at(9) } })
  await db.collection('notes').insertMany([
    { _id: new ObjectId(), owner: first, title: 'one', readers: [second, ada], at: at(20), meta: { by: first, n: [1, 2] } },
    { _id: new ObjectId(), owner: second, title: 'two', readers: [], at: at(30), meta: { by: second, n: [] } }
  ] as never[])
}

/** Uploads a file of three chunks. */
async function upload (db: Db, content: Buffer = Buffer.alloc(2500, 7)): Promise<ObjectId> {
  const bucket = new GridFSBucket(db, { bucketName: 'content', chunkSizeBytes: 1000 })
  const stream = bucket.openUploadStream('file')
  await new Promise<void>((resolve, reject) => { stream.on('finish', resolve).on('error', reject).end(content) })
  return stream.id
}

interface Three {
  readonly clones: readonly [StateClone, StateClone, StateClone]
  readonly dbs: readonly [Db, Db, Db]
}

describe('differences between MongoDB clones', () => {
  let server: TestServer
  before(async () => { server = await startServer() })
  after(() => server.stop())

  async function three (t: TestContext): Promise<Three | undefined> {
    const opened = await openSource(t, server, source)
    if (opened === undefined) return undefined
    const clones = await Promise.all(['legacy', 'twin', 'candidate'].map(name => opened.source.clone(name)))
    return { clones: [clones[0]!, clones[1]!, clones[2]!], dbs: [await server.db(clones[0]!.url), await server.db(clones[1]!.url), await server.db(clones[2]!.url)] }
  }

  async function compared ({ clones }: Three, twin = true): Promise<StateComparison> {
    const [legacy, same, candidate] = await Promise.all(clones.map(clone => clone.dump()))
    return compareStates(legacy!, candidate!, twin ? { noise: learnStateNoise({}, legacy!, same!) } : {})
  }

  async function afterWork ({ dbs }: Three): Promise<void> {
    for (const [side, db] of dbs.entries()) {
      await work(db, side * 3)
      await upload(db)
    }
  }

  it('are none where nothing was written, and none where each side made its own ids and times', async t => {
    const all = await three(t)
    if (all === undefined) return
    assert.deepEqual((await compared(all)).differences, [])
    await afterWork(all)
    assert.deepEqual((await compared(all)).differences, [])
    for (const clone of all.clones) await clone.reset()
    assert.deepEqual((await compared(all, false)).differences, [])
  })

  it('are none whatever order the documents were written in', async t => {
    const all = await three(t)
    if (all === undefined) return
    await afterWork(all)
    const [, , candidate] = all.dbs
    const found = await candidate.collection('notes').find().toArray()
    await candidate.collection('notes').deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })
    await candidate.collection('notes').insertMany(found.reverse())
    assert.deepEqual((await compared(all)).differences, [])
  })

  const person = { name: 'eve' }
  const faults: ReadonlyArray<readonly [name: string, fault: (db: Db) => Promise<unknown>, pattern: RegExp]> = [
    ['a document more', db => db.collection('people').insertOne({ name: 'extra' }), /^extra \/people\/\*$/],
    ['a document less', db => db.collection('notes').deleteOne({ title: 'kept' }), /^missing \/notes\/\*$/],
    ['another text', db => db.collection('people').updateOne(person, { $set: { name: 'Eve' } }), /^value \/people\/\*\/name$/],
    ['a number stored as text', db => db.collection('people').updateOne(person, { $set: { visits: '1' } }), /^(?:type|value) \/people\/\*\/visits/],
    ['a whole number stored as a double', db => db.collection('people').updateOne(person, { $set: { visits: new Double(1) } }), /^format \/people\/\*\/visits$/],
    ['a number stored as a long one', db => db.collection('people').updateOne(person, { $set: { visits: Long.fromNumber(1) } }), /\/people\/\*\/visits/],
    ['a moment stored as text', db => db.collection('people').updateOne(person, { $set: { createdAt: '2026-01-02T00:00:00.000Z' } }), /\/people\/\*\/createdAt/],
    ['an id stored as text', db => db.collection('people').updateOne({ name: 'mallory' }, { $set: { friend: '6b0218c544f10c109f0c4301' } }), /\/people\/\*\/friend/],
    ['a reference to another document', db => db.collection('people').updateOne({ name: 'mallory' }, { $set: { friend: ada } }), /^value \/people\/\*\/friend$/],
    ['a reference to nothing', db => db.collection('people').updateOne({ name: 'mallory' }, { $set: { friend: new ObjectId() } }), /^value \/people\/\*\/friend$/],
    ['another one in a list of references', db => db.collection('notes').updateOne({ title: 'one' }, { $set: { readers: [ada, ada] } }), /\/notes\/\*\/readers/],
    ['null for nothing', db => db.collection('people').updateOne({ name: 'mallory' }, { $set: { ratio: null } }), /^extra \/people\/\*\/ratio$/],
    ['nothing for null', db => db.collection('people').updateOne(person, { $unset: { deletedAt: '' } }), /^missing \/people\/\*\/deletedAt$/],
    ['a moment for null', db => db.collection('people').updateOne(person, { $set: { deletedAt: new Date() } }), /\/people\/\*\/deletedAt/],
    ['a field more', db => db.collection('people').updateOne(person, { $set: { debug: true } }), /^extra \/people\/\*\/debug$/],
    ['a field of its own within', db => db.collection('notes').updateOne({ title: 'one' }, { $set: { 'meta.extra': 1 } }), /^extra \/notes\/\*\/meta\/extra$/],
    ['another order in a list', db => db.collection('people').updateOne({ name: 'ada' }, { $set: { tags: ['b', 'a'] } }), /^order \/people\/\*\/tags/],
    ['bytes that differ', db => db.collection('people').updateOne({ name: 'ada' }, { $set: { key: new Binary(Buffer.from('00fe', 'hex')) } }), /\/people\/\*\/key/],
    ['a decimal of another scale', db => db.collection('people').updateOne({ name: 'ada' }, { $set: { paid: Decimal128.fromString('1.5') } }), /^format \/people\/\*\/paid$/],
    ['a weaker hash', async db => {
      const { hash } = (await db.collection('people').findOne(person))!
      await db.collection('people').updateOne(person, { $set: { hash: String(hash).replace('m=65536', 'm=1024') } })
    }, /\/people\/\*\/hash/],
    ['a write that was forgotten', db => db.collection('people').updateOne({ name: 'grace' }, { $unset: { seenAt: '' } }), /\/people\/\*\/seenAt/],
    ['a moment an hour away', db => db.collection('people').updateOne(person, { $set: { createdAt: new Date(Date.UTC(2026, 0, 2, 1)) } }), /\/people\/\*\/createdAt/],
    ['a chunk that differs', async db => {
      const chunk = (await db.collection('content.chunks').findOne({ n: 1 }))!
      await db.collection('content.chunks').updateOne({ _id: chunk._id }, { $set: { data: new Binary(Buffer.alloc(1000, 8)) } })
    }, /^value \/content\.chunks\/\*\/sha256$/],
    ['a chunk that lacks', db => db.collection('content.chunks').deleteOne({ n: 2 }), /\/content\.chunks\/\*\/(?:chunks|bytes|sha256)/],
    ['chunks without their file', async db => db.collection('content.files').deleteMany({}), /^missing \/content\.files\/\*$/],
    ['a file without its chunks', db => db.collection('content.chunks').deleteMany({}), /^missing \/content\.chunks\/\*$/],
    ['an index more', db => db.collection('people').createIndex({ name: 1 }, { name: 'by_name' }), /^extra \/system\.indexes\/\*$/]
  ]
  it('are found, each of them', async t => {
    const all = await three(t)
    if (all === undefined) return
    for (const [name, fault, pattern] of faults) {
      for (const clone of all.clones) await clone.reset()
      await afterWork(all)
      await fault(all.dbs[2])
      const { differences } = await compared(all)
      assert.ok(differences.some(difference => pattern.test(`${difference.kind} ${difference.pattern}`)), `${name}: ${differences.map(({ kind, pattern }) => `${kind} ${pattern}`).join(', ') || 'no difference'}`)
    }
  })

  it('in an index are found: unique on legacy, not on the candidate; fields in another order', async t => {
    const all = await three(t)
    if (all === undefined) return
    await all.dbs[0].collection('notes').createIndex({ owner: 1, title: 1 }, { name: 'one', unique: true })
    await all.dbs[2].collection('notes').createIndex({ title: 1, owner: 1 }, { name: 'one' })
    const found = (await compared(all, false)).differences.map(({ kind, pattern }) => `${kind} ${pattern}`)
    assert.ok(found.some(each => /\/system\.indexes\/\*\/key$/.test(each)), found.join('\n'))
    assert.ok(found.some(each => /\/system\.indexes\/\*\/options/.test(each)), found.join('\n'))
  })

  it('in content are found without a twin too, though it looks made up', async t => {
    const all = await three(t)
    if (all === undefined) return
    await upload(all.dbs[0])
    await upload(all.dbs[2], Buffer.alloc(2500, 9))
    const text = 'x'.repeat(100_000)
    await all.dbs[0].collection('people').updateOne({ _id: ada }, { $set: { text, within: { text } } })
    await all.dbs[2].collection('people').updateOne({ _id: ada }, { $set: { text: `${text}y`, within: { text: `${text}y` } } })
    const found = (await compared(all, false)).differences.map(({ kind, pattern }) => `${kind} ${pattern}`)
    for (const place of ['/content.chunks/*/sha256', '/people/*/text', '/people/*/within']) assert.ok(found.some(each => each.includes(place)), `${place} among ${found.join(', ')}`)
  })
})
