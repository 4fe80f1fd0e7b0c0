import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { Binary, Decimal128, Double, Int32, Long, ObjectId, UUID } from 'mongodb'
import { openMongo, type MongoOptions } from '../../../src/state/mongodb/open.ts'
import { openSource, rowsOf, startServer, tableOf, type TestServer } from './database.ts'

const ada = new ObjectId('6b0218c544f10c109f0c4301')
const grace = new ObjectId('6b0218c544f10c109f0c4302')
const shop = {
  people: [
    { _id: grace, name: 'grace', born: new Date(0), photo: new Binary(Buffer.from('00ff', 'hex')), ratio: new Double(0.1), paid: Decimal128.fromString('1.50'), tags: ['a', null], facts: { b: 1, a: [2] }, big: Long.fromNumber(5), nick: null, key: new UUID('00000000-0000-4000-8000-000000000001'), five: new Int32(5) },
    { _id: ada, name: 'ada', five: '5' }
  ],
  orders: [{ _id: 1 as never, person: grace, what: 'nuts' }, { _id: 2 as never, person: null, what: 'bolts' }]
}

describe('MongoDB as a source of clones', () => {
  let server: TestServer
  before(async () => { server = await startServer() })
  after(() => server.stop())

  const open = (t: TestContext, options?: MongoOptions) => openSource(t, server, shop, options)

  it('makes clones that hold the same and are apart, and gives them back', async t => {
    const opened = await open(t)
    if (opened === undefined) return
    const { url, source } = opened
    const [one, other] = await Promise.all([source.clone('legacy'), source.clone('twin')])
    assert.notEqual(one.url, other.url)
    const db = await server.db(one.url)
    assert.match(db.databaseName, /^cutover_[0-9a-f]{6}_\d+_/)
    await db.collection('orders').deleteMany({})
    assert.equal(tableOf(await one.dump(), 'orders').rows.length, 0)
    assert.equal(tableOf(await other.dump(), 'orders').rows.length, 2)
    assert.equal(await (await server.db(url)).collection('orders').countDocuments(), 2)
    const direct = (await server.db(url)).client.db(db.databaseName)
    assert.equal(await direct.collection('people').countDocuments(), 2)
    await source.close()
    await source.close()
    assert.equal(await direct.collection('people').countDocuments(), 0)
    await assert.rejects(source.clone('late'), { code: 'CUT_STATE_UNAVAILABLE' })
  })

  it('shows the type of each value, what is absent, and what is null', async t => {
    const opened = await open(t)
    if (opened === undefined) return
    const dump = await (await opened.source.clone('legacy')).dump()
    assert.deepEqual(dump.tables.map(({ name }) => name), ['orders', 'people'])
    assert.deepEqual(tableOf(dump, 'people').key, ['_id'])
    assert.deepEqual(rowsOf(dump, 'people'), [
      { _id: '{"$oid":"6b0218c544f10c109f0c4301"}', five: '"5"', name: '"ada"' },
      {
        _id: '{"$oid":"6b0218c544f10c109f0c4302"}',
        big: '{"$numberLong":"5"}',
        born: '{"$date":{"$numberLong":"0"}}',
        facts: '{"a":[{"$numberInt":"2"}],"b":{"$numberInt":"1"}}',
        five: '{"$numberInt":"5"}',
        key: '{"$binary":{"base64":"AAAAAAAAQACAAAAAAAAAAQ==","subType":"04"}}',
        name: '"grace"',
        nick: 'null',
        paid: '{"$numberDecimal":"1.50"}',
        photo: '{"$binary":{"base64":"AP8=","subType":"00"}}',
        ratio: '{"$numberDouble":"0.1"}',
        tags: '["a",null]'
      }
    ])
  })

  it('puts back what was written', async t => {
    const opened = await open(t)
    if (opened === undefined) return
    const clone = await opened.source.clone('legacy')
    const db = await server.db(clone.url)
    const before = await clone.dump()
    await db.collection('people').updateOne({ _id: ada }, { $set: { name: 'eve' } })
    await db.collection('orders').deleteOne({ _id: 1 as never })
    await db.collection('orders').insertOne({ _id: 3 as never, what: 'new' })
    assert.deepEqual(tableOf(await clone.dump(), 'orders').origins, ['kept', 'new'])
    await clone.reset()
    assert.deepEqual((await clone.dump()).tables, before.tables)
    assert.equal(await db.collection('people').countDocuments({ name: 'ada' }), 1)
  })

  it('asks for the names of collections where the server cannot list them', async t => {
    if (server.skip !== undefined || server.isReal) return t.skip(server.skip ?? 'MongoDB can list them')
    await assert.rejects(openMongo(await server.database(shop)), { code: 'CUT_STATE_COLLECTIONS', message: /parity\.state\.collections.*surroundings/ })
  })
})
