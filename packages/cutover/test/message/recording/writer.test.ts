import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Exchange } from '../../../src/message/exchange.ts'
import { readRecording } from '../../../src/message/recording/reader.ts'
import { openRecording } from '../../../src/message/recording/writer.ts'
import { sample } from '../exchanges.ts'

async function temporary (t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'new')
}

async function readAll (folder: string): Promise<Exchange[]> {
  const all: Exchange[] = []
  for await (const each of readRecording(folder)) all.push(each)
  return all
}

const numbered = (n: number, bytes = 10): Exchange => sample({ target: `/${n}` }, { headers: [], body: Buffer.alloc(bytes, 'x') })

test('what was recorded reads back in its order', async t => {
  const folder = await temporary(t)
  const writer = await openRecording(folder)
  const all = Array.from({ length: 50 }, (_, n) => numbered(n))
  for (const each of all) assert.equal(writer.record(each), true)
  assert.deepEqual(await writer.close(), { written: 50, dropped: 0, partsRemoved: 0 })
  assert.deepEqual(await readAll(folder), all)
})

test('only the owner can read folder and parts', { skip: process.platform === 'win32' }, async t => {
  const folder = await temporary(t)
  const writer = await openRecording(folder, { partExchanges: 1 })
  writer.record(numbered(1))
  writer.record(numbered(2))
  await writer.close()
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
  const parts = await readdir(folder)
  assert.equal(parts.length, 2)
  for (const part of parts) assert.equal((await stat(join(folder, part))).mode & 0o777, 0o600)
})

test('a folder that cannot be made is an error, also where the system says that its parent is missing', { timeout: 10_000 }, async t => {
  const folder = await temporary(t)
  await writeFile(folder, '')
  for (const path of [join(folder, 'below/a-file'), ...process.platform === 'linux' ? ['/proc/self/recording', '/proc/nowhere/recording'] : []]) {
    await assert.rejects(openRecording(path), { code: 'CUT_RECORDING_UNWRITABLE' }, path)
  }
})

test('who can wait for room loses nothing, and is told when the recording is full', async t => {
  const writer = await openRecording(await temporary(t), { queueExchanges: 3, queueBytes: 5_000 })
  for (let n = 0; n < 50; n++) assert.equal(await writer.write(numbered(n)), true)
  assert.deepEqual(await writer.close(), { written: 50, dropped: 0, partsRemoved: 0 })
  assert.equal(await writer.write(numbered(1)), false)
})

test('a part ends at its number of exchanges and at its size', async t => {
  const folder = await temporary(t)
  let writer = await openRecording(folder, { partExchanges: 3 })
  for (let n = 0; n < 7; n++) writer.record(numbered(n))
  await writer.close()
  assert.deepEqual(await readdir(folder), ['000001.ndjson', '000002.ndjson', '000003.ndjson'])
  writer = await openRecording(folder, { partBytes: 5_000 })
  for (let n = 7; n < 12; n++) writer.record(numbered(n, 2_000))
  await writer.close()
  assert.deepEqual((await readdir(folder)).length, 6)
  for (const part of await readdir(folder)) assert.ok((await stat(join(folder, part))).size <= 5_000)
  assert.deepEqual((await readAll(folder)).map(({ request }) => request.target), Array.from({ length: 12 }, (_, n) => `/${n}`))
})

test('the oldest parts go when the recording is full', async t => {
  const folder = await temporary(t)
  const writer = await openRecording(folder, { partBytes: 4_000, totalBytes: 12_000 })
  for (let n = 0; n < 30; n++) writer.record(numbered(n, 1_000))
  const counts = await writer.close()
  assert.equal(counts.written, 30)
  assert.ok(counts.partsRemoved > 0)
  const kept = await readAll(folder)
  assert.equal(kept.at(-1)!.request.target, '/29')
  assert.ok(kept.length >= 6)
  let total = 0
  for (const part of await readdir(folder)) total += (await stat(join(folder, part))).size
  assert.ok(total <= 12_000, String(total))
})

test('a recording told to stop when full keeps its beginning', async t => {
  const folder = await temporary(t)
  const writer = await openRecording(folder, { totalBytes: 6_000, whenFull: 'stop' })
  for (let n = 0; n < 10; n++) writer.record(numbered(n, 1_000))
  const counts = await writer.close()
  assert.equal(counts.written + counts.dropped, 10)
  assert.ok(counts.written >= 3 && counts.dropped >= 3, JSON.stringify(counts))
  assert.equal((await readAll(folder))[0]!.request.target, '/0')
})

test('what the queue cannot hold is dropped and counted, at once', async t => {
  const folder = await temporary(t)
  const writer = await openRecording(folder, { queueExchanges: 5 })
  const taken = Array.from({ length: 20 }, (_, n) => writer.record(numbered(n)))
  assert.deepEqual(taken, [...Array(5).fill(true), ...Array(15).fill(false)])
  assert.deepEqual(await writer.close(), { written: 5, dropped: 15, partsRemoved: 0 })
  assert.equal(writer.record(numbered(1)), false)
})

test('the queue is bounded by bytes too', async t => {
  const writer = await openRecording(await temporary(t), { queueBytes: 1_000_000 })
  const taken = [1, 2, 3].map(n => writer.record(numbered(n, 400_000)))
  assert.deepEqual(taken, [true, true, false])
  await writer.close()
})

test('a body over the limit is kept as length and digest', async t => {
  const folder = await temporary(t)
  const writer = await openRecording(folder, { bodyLimit: 100 })
  writer.record(sample({}, { headers: [['content-type', 'image/png']], body: Buffer.alloc(101, 1) }))
  await writer.close()
  const [read] = await readAll(folder)
  assert.equal(read!.response.body.length, 0)
  assert.deepEqual(read!.response.truncated, { length: 101, sha256: 'df5e7ef8b4a2dcbf2d99a0a0ac4527f9b3967daa799f7e0b7c11b06c4cd56a80' })
})

test('a disk that fails costs the recording, not the caller', async t => {
  const folder = await temporary(t)
  const writer = await openRecording(folder, { partExchanges: 1 })
  await rm(folder, { recursive: true })
  assert.equal(writer.record(numbered(1)), true)
  assert.equal(writer.record(numbered(2)), true)
  const counts = await writer.close()
  assert.equal(counts.failure?.code, 'CUT_RECORDING_UNWRITABLE')
  assert.equal(counts.written + counts.dropped, 2)
  assert.equal(writer.record(numbered(3)), false)
  await assert.rejects(openRecording('/dev/null/no'), { code: 'CUT_RECORDING_UNWRITABLE' })
})

test('nothing secret is written, nor is the key', async t => {
  const folder = await temporary(t)
  const writer = await openRecording(folder, { redact: { names: ['shoe-size'] } })
  writer.record(sample({ headers: [['Authorization', 'Bearer planted-secret-1']], target: '/?shoeSize=planted-secret-2' }))
  writer.record(sample({ headers: [['authorization', 'bearer planted-secret-1']] }))
  await writer.close()
  assert.doesNotMatch(await readFile(join(folder, '000001.ndjson'), 'utf8'), /planted/)
  const [first, second] = await readAll(folder)
  assert.equal(first!.request.headers[0]![1].split(' ')[1], second!.request.headers[0]![1].split(' ')[1])
})
