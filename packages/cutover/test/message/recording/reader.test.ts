import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Exchange } from '../../../src/message/exchange.ts'
import type { Note } from '../../../src/message/note.ts'
import { exchangeLine, headerLine, parseExchangeLine } from '../../../src/message/recording/format.ts'
import { readPart, readRecording, type ReadRecordingOptions } from '../../../src/message/recording/reader.ts'
import { exchange, sample } from '../exchanges.ts'

const HEADER = headerLine({ cutover: 'recording', version: 1, id: 'a', part: 1, startedAt: '2026-01-01T00:00:00.000Z' })

async function read (text: string | Buffer, options: ReadRecordingOptions = {}, chunk = 7): Promise<{ exchanges: Exchange[], notes: Note[] }> {
  const exchanges: Exchange[] = []
  const notes: Note[] = []
  const bytes = Buffer.from(text as string)
  async function * chunks (): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
  }
  for await (const each of readPart(chunks(), 'x', { onNote: note => notes.push(note), ...options })) exchanges.push(each)
  return { exchanges, notes }
}

test('a line reads back as the exchange that it was written from', () => {
  fc.assert(fc.property(exchange, each => {
    const line = exchangeLine(each)
    assert.equal(line.indexOf('\n'), line.length - 1)
    assert.deepEqual(parseExchangeLine(line), each)
  }))
})

test('exchanges come in their order, however the bytes are cut', async () => {
  await fc.assert(fc.asyncProperty(fc.array(exchange, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }), async (all, chunk) => {
    const { exchanges, notes } = await read(HEADER + all.map(exchangeLine).join(''), {}, chunk)
    assert.deepEqual(exchanges, all)
    assert.deepEqual(notes, [])
  }), { numRuns: 30 })
})

test('a corrupt line is noted with its number and the others are read', async () => {
  const good = exchangeLine(sample())
  const bad = ['{', 'null', '[]', '{"request":{},"response":{}}', good.replace('"headers":[', '"headers":[["a"],'),
    good.replace('"text":"{}"', '"base64":"%%%%"'), good.replace('"text":"{}"', '"text":"{}","truncated":{"length":1}'), good.replace('200', '"200"')]
  for (const line of bad) {
    const { exchanges, notes } = await read(`${HEADER}${good}${line.trim()}\n${good}`)
    assert.equal(exchanges.length, 2, line)
    assert.equal(notes.length, 1, line)
    assert.equal(notes[0]!.kind, 'corrupt')
    assert.equal(notes[0]!.where, 'x, line 3')
  }
})

test('a torn last line is dropped and noted, even when it would parse', async () => {
  const good = exchangeLine(sample())
  for (const torn of [good.slice(0, 40), good.trimEnd()]) {
    const { exchanges, notes } = await read(HEADER + good + torn)
    assert.equal(exchanges.length, 1)
    assert.deepEqual(notes.map(note => [note.kind, note.where]), [['torn', 'x, line 3']])
  }
})

test('a line over the limit is passed over without being held', async () => {
  const good = exchangeLine(sample())
  const { exchanges, notes } = await read(`${HEADER}${good}${'x'.repeat(100_000)}\n${good}`, { lineLimit: 2_000 }, 1_000)
  assert.equal(exchanges.length, 2)
  assert.deepEqual(notes.map(note => note.where), ['x, line 3'])
})

test('an endless line takes no memory', async () => {
  async function * endless (): AsyncGenerator<Buffer> {
    yield Buffer.from(HEADER)
    for (let i = 0; i < 512; i++) yield Buffer.alloc(1024 * 1024, 'a')
  }
  const notes: Note[] = []
  const before = process.memoryUsage.rss()
  for await (const each of readPart(endless(), 'x', { lineLimit: 1_000_000, onNote: note => notes.push(note) })) assert.fail(each.request.target)
  assert.ok(process.memoryUsage.rss() - before < 256 * 1024 * 1024)
  assert.equal(notes.length, 1)
})

test('deep JSON in a line is a corrupt line, not a crash', async () => {
  const { exchanges, notes } = await read(`${HEADER}${'['.repeat(200_000)}\n{"request":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`, {}, 50_000)
  assert.equal(exchanges.length, 0)
  assert.equal(notes.length, 2)
})

test('what is not a recording, or a later one, is refused', async () => {
  await assert.rejects(read('{"log":{}}\n'), { code: 'CUT_RECORDING_INVALID' })
  await assert.rejects(read('\0\0\0\n'), { code: 'CUT_RECORDING_INVALID' })
  await assert.rejects(read(HEADER.replace('"version":1', '"version":2')), { code: 'CUT_RECORDING_VERSION', message: /version 2/ })
  await assert.rejects(readRecording('/nowhere/at/all').next(), { code: 'CUT_RECORDING_NOT_FOUND' })
})

test('a folder is read part by part in the order of numbers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'))
  await assert.rejects(readRecording(folder).next(), { code: 'CUT_RECORDING_NOT_FOUND' })
  for (const number of [1000000, 2, 999999]) {
    await writeFile(join(folder, `${String(number).padStart(6, '0')}.ndjson`), HEADER + exchangeLine(sample({ target: `/${number}` })))
  }
  await writeFile(join(folder, 'notes.txt'), 'not a part')
  const targets: string[] = []
  for await (const { request } of readRecording(folder)) targets.push(request.target)
  assert.deepEqual(targets, ['/2', '/999999', '/1000000'])
})
