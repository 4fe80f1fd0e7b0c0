import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Types, type Connection } from 'mongoose'
import { startMongo, type EmbeddedMongo } from '@cutover-examples/runtime/mongodb'
import { connect } from '../../data/connection.ts'
import { createContentStore, type ContentStore } from '../../data/content-store.ts'

const limit = 10_000_000

describe('contents in GridFS', () => {
  let mongo: EmbeddedMongo
  let connection: Connection
  let store: ContentStore
  const noteId = new Types.ObjectId().toHexString()
  const newId = (): string => new Types.ObjectId().toHexString()
  before(async () => {
    mongo = await startMongo('aegis')
    connection = await connect(mongo.url)
    store = createContentStore(connection, { chunkBytes: 255 * 1024 })
    await store.prepare()
  })
  after(async () => {
    await connection?.close()
    await mongo?.stop()
  })

  const left = async (): Promise<Record<string, number>> => ({
    files: await connection.db!.collection('content.files').countDocuments({}),
    chunks: await connection.db!.collection('content.chunks').countDocuments({}),
    works: await connection.db!.collection('content.works').countDocuments({})
  })
  const nothing = { files: 0, chunks: 0, works: 0 }
  const bytesOf = (length: number): Buffer => {
    const bytes = Buffer.alloc(length)
    for (let place = 0; place < length; place++) bytes[place] = place * 7 + (place >> 8)
    return bytes
  }
  const pieces = (bytes: Buffer, size: number): Readable => Readable.from(Array.from({ length: Math.ceil(bytes.length / size) }, (_, place) => bytes.subarray(place * size, (place + 1) * size)))

  test('what is stored is read back, whole and in parts that begin and end anywhere', async () => {
    const bytes = bytesOf(255 * 1024 * 3 + 17)
    const fileId = newId()
    const written = await store.write(noteId, fileId, pieces(bytes, 50_001), limit)
    assert(written.kind === 'stored')
    assert.deepEqual(written.file, { fileId, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('base64') })
    assert.deepEqual(await buffer(store.read(written.file)), bytes)
    const chunk = 255 * 1024
    for (const [first, last] of [[0, 0], [0, chunk - 1], [chunk - 1, chunk], [chunk, 2 * chunk - 1], [5, 3 * chunk + 3], [3 * chunk, 3 * chunk + 16], [bytes.length - 1, bytes.length - 1]] as const) {
      assert.deepEqual(await buffer(store.read(written.file, { first, last })), bytes.subarray(first, last + 1), `${first}-${last}`)
    }
    await store.removeAll(noteId)
    assert.deepEqual(await left(), nothing)
  })

  test('nothing at all can be stored, too', async () => {
    const written = await store.write(noteId, newId(), Readable.from([]), limit)
    assert(written.kind === 'stored')
    assert.equal((await buffer(store.read(written.file))).length, 0)
    await store.remove(written.file.fileId)
    assert.deepEqual(await left(), nothing)
  })

  test('a source that breaks off leaves nothing', async () => {
    const source = new PassThrough()
    const writing = store.write(noteId, newId(), source, limit)
    for (let piece = 0; piece < 20; piece++) if (!source.write(bytesOf(100_000))) await once(source, 'drain')
    while ((await left()).chunks === 0) await new Promise(setImmediate)
    source.destroy(new Error('aborted'))
    assert.deepEqual(await writing, { kind: 'broken-off' })
    assert.deepEqual(await left(), nothing)
  })

  test('one byte too many leaves nothing, and the source to whoever gave it', async () => {
    const source = pieces(bytesOf(2_000_000), 100_000)
    assert.deepEqual(await store.write(noteId, newId(), source.iterator({ destroyOnReturn: false }), 600_000), { kind: 'too-large' })
    assert.equal(source.destroyed, false)
    source.resume()
    await once(source, 'end')
    assert.deepEqual(await store.write(noteId, newId(), pieces(bytesOf(600_001), 100_000), 600_000), { kind: 'too-large' })
    assert.deepEqual(await left(), nothing)
    assert.equal((await store.write(noteId, newId(), pieces(bytesOf(600_000), 100_000), 600_000)).kind, 'stored')
    await store.removeAll(noteId)
  })

  test('a database that fails is told, and its chunks are removed', async () => {
    const fileId = newId()
    const chunks = connection.db!.collection<{ files_id: Types.ObjectId, n: number }>('content.chunks')
    // In the way of the third chunk.
    await chunks.insertOne({ files_id: new Types.ObjectId(fileId), n: 2 })
    await assert.rejects(store.write(noteId, fileId, pieces(bytesOf(2_000_000), 60_000), limit), /E11000|duplicate/i)
    assert.deepEqual(await left(), nothing)
  })

  test('a reader that goes leaves no cursor open', async () => {
    const written = await store.write(noteId, newId(), pieces(bytesOf(6_000_000), 60_000), limit)
    assert(written.kind === 'stored')
    const client = connection.getClient() as unknown as { s: { activeSessions: Set<unknown> } }
    const open = client.s.activeSessions.size
    const reading = store.read(written.file)
    await once(reading, 'readable')
    assert.ok(client.s.activeSessions.size > open, 'the cursor has a session')
    reading.destroy()
    await once(reading, 'close')
    assert.equal(client.s.activeSessions.size, open)
    await store.removeAll(noteId)
  })

  test('a file that is removed while it is read ends in an error, not early', async () => {
    const written = await store.write(noteId, newId(), pieces(bytesOf(6_000_000), 60_000), limit)
    assert(written.kind === 'stored')
    await store.remove(written.file.fileId)
    await assert.rejects(buffer(store.read(written.file)), /is gone/)
  })

  test('files of work that its process did not survive are found a day later, but for the one that the note has', async () => {
    const other = new Types.ObjectId()
    const [lost, kept, orphan] = [newId(), newId(), newId()]
    const works = connection.db!.collection('content.works')
    for (const [note, file] of [[noteId, lost], [other.toHexString(), kept]] as const) {
      assert.equal((await store.write(note, file, pieces(bytesOf(300_000), 60_000), limit)).kind, 'stored')
      await works.insertOne({ _id: new Types.ObjectId(file), noteId: new Types.ObjectId(note), since: new Date('2026-01-01T00:00:00Z') })
    }
    // Chunks without a file, as of a process killed in the middle.
    await connection.db!.collection('content.chunks').insertOne({ files_id: new Types.ObjectId(orphan), n: 0 })
    await works.insertOne({ _id: new Types.ObjectId(orphan), noteId: other, since: new Date('2026-01-01T00:00:00Z') })
    await connection.db!.collection('notes').insertOne({ _id: other, content: { fileId: new Types.ObjectId(kept) } })

    await createContentStore(connection, { now: () => new Date('2026-01-01T23:00:00Z') }).prepare()
    assert.equal((await left()).works, 3, 'it may still be under way')
    await createContentStore(connection, { now: () => new Date('2026-01-02T01:00:00Z') }).prepare()
    assert.deepEqual(await left(), { files: 1, chunks: 2, works: 0 })
    await store.remove(kept)
  })
})
