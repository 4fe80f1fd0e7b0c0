import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startMongo, type EmbeddedMongo } from '@cutover-examples/runtime/mongodb'
import mongoose, { Types, type Connection } from 'mongoose'
import { createActivityRepository, prepareActivity } from '../../data/activity-repository.ts'
import { createAuditRepository, prepareAudit } from '../../data/audit-repository.ts'

const ada = new Types.ObjectId().toHexString()
const grace = new Types.ObjectId().toHexString()
const minute = (number: number): Date => new Date(Date.UTC(2026, 0, 1, 0, number))

describe('what happened, in the database', () => {
  let database: EmbeddedMongo | undefined
  let connection: Connection
  before(async () => {
    database = process.env['MONGODB_URI'] === undefined ? await startMongo('aegis') : undefined
    connection = await mongoose.createConnection(process.env['MONGODB_URI'] ?? database!.url, { dbName: `trail_${new Types.ObjectId().toHexString()}` }).asPromise()
    await prepareActivity(connection)
    await prepareAudit(connection)
  })
  after(async () => {
    if (database === undefined) await connection?.dropDatabase()
    await connection?.close()
    await database?.stop()
  })

  test('activity is listed newest first, page by page, to its owner only', async () => {
    const store = createActivityRepository(connection)
    for (let number = 0; number < 5; number++) {
      await store.append({ userId: ada, action: 'note.created', resource: number === 2 ? 'task' : 'note', ...number > 0 && { resourceId: String(number) } }, minute(number))
      await store.append({ userId: grace, action: 'note.created', resource: 'note' }, minute(number))
    }
    const first = await store.list(ada, { limit: 3 })
    assert.deepEqual(first.map(({ resourceId, at }) => [resourceId, at]), [
      ['4', '2026-01-01T00:04:00.000Z'], ['3', '2026-01-01T00:03:00.000Z'], ['2', '2026-01-01T00:02:00.000Z']
    ])
    const rest = await store.list(ada, { limit: 3, before: first[2]!.id })
    assert.deepEqual(rest.map(({ resourceId }) => resourceId), ['1', null])
    assert.deepEqual((await store.list(ada, { limit: 9, resource: 'task' })).map(({ resourceId }) => resourceId), ['2'])
    assert.deepEqual(await store.list(new Types.ObjectId().toHexString(), { limit: 9 }), [])
  })

  test('the audit is found by the beginning of its events and by time', async () => {
    const store = createAuditRepository(connection)
    const events = ['auth.login.failed', 'auth.login.succeeded', 'authority.given', 'auth.logout', 'share.created']
    for (const [number, event] of events.entries()) {
      await store.append({ userId: ada, event, address: '127.0.0.1', requestId: `r${number}`, ...number === 0 && { details: { method: 'password' } } }, minute(number))
    }
    await store.append({ event: 'auth.login.failed', address: '127.0.0.1', requestId: 'nobody' }, minute(0))
    const of = async (query: object): Promise<readonly string[]> => (await store.list(ada, { limit: 50, ...query })).map(({ requestId }) => requestId)
    assert.deepEqual(await of({}), ['r4', 'r3', 'r2', 'r1', 'r0'])
    assert.deepEqual(await of({ event: 'auth.' }), ['r3', 'r1', 'r0'])
    assert.deepEqual(await of({ event: 'auth.login.failed' }), ['r0'])
    assert.deepEqual(await of({ from: minute(1), to: minute(3) }), ['r2', 'r1'])
    assert.deepEqual(await of({ event: 'auth.', from: minute(1), limit: 1 }), ['r3'])
    const [, , oldest] = await store.list(ada, { event: 'auth.', limit: 50 })
    assert.deepEqual({ ...oldest, id: '' }, { id: '', event: 'auth.login.failed', address: '127.0.0.1', requestId: 'r0', details: { method: 'password' }, at: '2026-01-01T00:00:00.000Z' })
    const [, second] = await store.list(ada, { limit: 2 })
    assert.deepEqual(await of({ before: second!.id }), ['r2', 'r1', 'r0'])
  })
})
