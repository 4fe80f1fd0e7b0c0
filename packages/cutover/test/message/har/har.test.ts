import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { gzipSync, gunzipSync } from 'node:zlib'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import type { Exchange } from '../../../src/message/exchange.ts'
import type { Note } from '../../../src/message/note.ts'
import { readHar, type ReadHarOptions } from '../../../src/message/har/read.ts'
import { writeHar, type WriteHarOptions } from '../../../src/message/har/write.ts'
import { exchange, sample } from '../exchanges.ts'

const require = createRequire(import.meta.url)
const ajv = new Ajv({ strict: false, validateFormats: false })
ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json') as object)
const schemas = require('har-schema') as Record<string, { $id: string }>
for (const schema of Object.values(schemas)) ajv.addSchema(schema)
const isHar = ajv.getSchema(schemas['har']!.$id)!

async function write (exchanges: Exchange[], options: WriteHarOptions = { secrets: true }): Promise<string> {
  let text = ''
  for await (const piece of writeHar(exchanges, options)) text += piece
  return text
}

async function read (text: string | Buffer, options: ReadHarOptions = {}, chunk = 11): Promise<{ exchanges: Exchange[], notes: Note[] }> {
  const exchanges: Exchange[] = []
  const notes: Note[] = []
  const bytes = Buffer.from(text as string)
  async function * chunks (): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
  }
  for await (const each of readHar(chunks(), 'x.har', { onNote: note => notes.push(note), ...options })) exchanges.push(each)
  return { exchanges, notes }
}

const entry = (request: object, response: object = {}, more: object = {}): object => ({
  startedDateTime: '2026-01-02T04:04:05.678+01:00',
  time: 12.5,
  request: { method: 'GET', url: 'https://shop.test/a?b=1#c', headers: [], ...request },
  response: { status: 200, headers: [], content: { size: 0, mimeType: '' }, ...response },
  ...more
})
const har = (...entries: unknown[]): string => JSON.stringify({ log: { version: '1.2', creator: { name: 'x', version: '1' }, pages: [{ entries: [1] }], entries } })

test('what HAR can say survives writing and reading, and the file is valid', async () => {
  await fc.assert(fc.asyncProperty(fc.array(exchange, { maxLength: 3 }), fc.integer({ min: 1, max: 200 }), async (all, chunk) => {
    const sayable = all.map(each => ({
      ...each,
      startedAt: each.startedAt ?? '2026-01-01T00:00:00.000Z',
      durationMs: each.durationMs ?? 0,
      request: { ...each.request, headers: [['host', 'a.test'] as const, ...each.request.headers, ['content-type', 'x/y'] as const] }
    }))
    const text = await write(sayable)
    assert.ok(isHar(JSON.parse(text)), JSON.stringify(isHar.errors))
    const { exchanges, notes } = await read(text, {}, chunk)
    assert.deepEqual(exchanges, sayable)
    assert.deepEqual(notes, [])
  }))
})

test('contents are written decoded and read coded', async () => {
  const body = Buffer.from('{"a":"ü"}')
  const text = await write([sample({}, { headers: [['Content-Encoding', 'gzip']], body: gzipSync(body) })])
  assert.equal(JSON.parse(text).log.entries[0].response.content.text, '{"a":"ü"}')
  const { exchanges } = await read(text)
  assert.deepEqual(gunzipSync(exchanges[0]!.response.body), body)
  const unknown = sample({}, { headers: [['Content-Encoding', 'zstd']], body: Buffer.from([0xff, 1]) })
  assert.deepEqual((await read(await write([unknown]))).exchanges[0]!.response, unknown.response)
})

test('secrets are not written unless asked for', async () => {
  const each = sample({ headers: [['Host', 'a'], ['Cookie', 'sid=planted-secret']], target: '/?token=planted-secret' }, { body: Buffer.from('{"password":"planted-secret"}') })
  assert.doesNotMatch(await write([each], {}), /planted/)
  assert.match(await write([each]), /planted/)
})

test('an exchange with line breaks in its headers or target is left out and noted', async () => {
  const notes: Note[] = []
  const bad = ['a\r\nX-Evil: 1', 'a\nb', 'a\0b'].flatMap(value => [
    sample({ headers: [['X', value]] }), sample({}, { headers: [['X', value]] }), sample({}, { trailers: [['X', value]] }), sample({ headers: [[value, 'x']] }), sample({ target: '/' + value }), sample({ method: value })
  ])
  const { exchanges } = await read(await write([...bad, sample()], { onNote: note => notes.push(note) }))
  assert.equal(exchanges.length, 1)
  assert.equal(notes.length, bad.length)
})

test('a browser\'s entry is read: pseudo headers, joined headers, fragment, time zone, base64', async () => {
  const { exchanges, notes } = await read(har(entry(
    { method: 'POST', headers: [{ name: ':authority', value: 'shop.test' }, { name: ':path', value: '/a' }, { name: 'content-type', value: 'application/json' }], postData: { mimeType: 'application/json', text: '{"ü":1}' } },
    { headers: [{ name: 'set-cookie', value: 'a=1; Path=/\nb=2' }, { name: 'x-name', value: '✓' }], content: { size: 3, mimeType: 'image/png', text: '/wAB', encoding: 'base64' } }
  )))
  assert.deepEqual(notes, [])
  const [each] = exchanges
  assert.equal(each!.request.target, '/a?b=1')
  assert.deepEqual(each!.request.headers, [['host', 'shop.test'], ['content-type', 'application/json']])
  assert.equal(each!.request.body.toString(), '{"ü":1}')
  assert.deepEqual(each!.response.headers, [['set-cookie', 'a=1; Path=/'], ['set-cookie', 'b=2'], ['x-name', Buffer.from('✓').toString('latin1')]])
  assert.deepEqual(each!.response.body, Buffer.from([255, 0, 1]))
  assert.equal(each!.startedAt, '2026-01-02T03:04:05.678Z')
  assert.equal(each!.durationMs, 12.5)
})

test('what is no exchange is skipped, each with its reason', async () => {
  const { exchanges, notes } = await read(har(
    entry({}, {}, { _resourceType: 'websocket' }), entry({ url: 'wss://a.test/' }), entry({}, { status: 101 }), entry({}, {}, { _webSocketMessages: [] }),
    entry({ url: 'data:text/plain,x' }), entry({ url: 'chrome-extension://x/y' }), entry({}, { status: 0 }), entry({ url: 'http://other.test:8080/' }), entry({})
  ), { host: host => host === 'shop.test' })
  assert.equal(exchanges.length, 1)
  assert.deepEqual(notes.map(note => note.what), [...Array(4).fill('it is a WebSocket'), 'its URL is not of http', 'its URL is not of http', 'it has no answer', 'it is of another host'])
  assert.ok(notes.every(note => note.kind === 'skipped'))
})

test('missing fields are borne', async () => {
  const { exchanges } = await read('\ufeff' + JSON.stringify({ log: { entries: [{ request: { method: 'GET', url: 'http://a' }, response: { status: 204 } }] } }))
  assert.deepEqual(exchanges, [{ request: { method: 'GET', target: '/', headers: [['host', 'a']], body: Buffer.alloc(0) }, response: { status: 204, headers: [], body: Buffer.alloc(0) } }])
  const missing = await read(har(entry({}, { content: { size: 2 ** 31, mimeType: 'video/mp4' } })))
  assert.deepEqual(missing.exchanges[0]!.response.truncated, { length: 2 ** 31 })
  assert.deepEqual(missing.notes.map(note => note.what), ['its response body is missing'])
})

test('forms given as params become bodies', async () => {
  const bodies = await read(har(
    entry({ method: 'POST', postData: { mimeType: 'application/x-www-form-urlencoded', params: [{ name: 'a b', value: 'ü&' }, { name: 'c', value: '' }] } }),
    entry({ method: 'POST', postData: { mimeType: 'application/x-www-form-urlencoded', params: [{ name: 'a', value: '%C3%BC' }] } }),
    entry({ method: 'POST', postData: { mimeType: 'multipart/form-data; boundary=b', params: [{ name: 'f"', value: 'x', fileName: 'y.txt', contentType: 'text/plain' }] } }),
    entry({ method: 'POST', postData: { mimeType: 'text/plain', text: 'Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx' } })
  ))
  assert.deepEqual(bodies.exchanges.map(({ request }) => request.body.toString()), [
    'a+b=%C3%BC%26&c=', 'a=%C3%BC', '--b\r\ncontent-disposition: form-data; name="f%22"; filename="y.txt"\r\ncontent-type: text/plain\r\n\r\nx\r\n--b--\r\n', 'x'
  ])
  assert.deepEqual(bodies.exchanges[0]!.request.headers.at(-1), ['content-type', 'application/x-www-form-urlencoded'])
})

test('a broken entry is noted with its number and the others are read', async () => {
  const good = JSON.stringify(entry({}))
  const broken = ['{"a":}', '{}', '[]', '{"request":{"url":"http://a/"},"response":{"status":200}}', good.replace('200', '"x"'), good.replace('"size":0', '"text":"%","encoding":"base64"')]
  for (const text of broken) {
    const { exchanges, notes } = await read(`{"log":{"entries":[${good},${text},${good}]}}`)
    assert.equal(exchanges.length, 2, text)
    assert.deepEqual(notes.map(note => [note.kind, note.where]), [['corrupt', 'x.har, entry 2']], text)
  }
})

test('a file that breaks off gives what was whole', async () => {
  const text = har(entry({}), entry({}))
  const { exchanges, notes } = await read(text.slice(0, -60))
  assert.equal(exchanges.length, 1)
  assert.deepEqual(notes.map(note => note.kind), ['torn'])
})

test('what is no HAR is refused', async () => {
  for (const text of ['', 'x', '[]', '{}', 'null', '{"log":{}}', '{"entries":[]}', '{"log":{"entries":{}}}', '{"x":{"entries":[{}]}}', '}', '\0\0', '[[[[']) {
    await assert.rejects(read(text), { code: 'CUT_HAR_INVALID' }, text)
  }
})

test('a huge file or entry takes no more memory than the limit', async () => {
  const filler = Buffer.from('"' + 'x'.repeat(1024 * 1024 - 3) + '",')
  async function * huge (): AsyncGenerator<Buffer> {
    yield Buffer.from('{"log":{"entries":[{"request":[')
    for (let i = 0; i < 300; i++) yield Buffer.from(filler)
    yield Buffer.from(`""]},${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)},${JSON.stringify(entry({}))}]}}`)
  }
  const before = process.memoryUsage.rss()
  const notes: Note[] = []
  let count = 0
  for await (const each of readHar(huge(), 'x', { entryLimit: 2_000_000, onNote: note => notes.push(note) })) count += each.response.status
  assert.equal(count, 200)
  assert.equal(notes.length, 2)
  assert.ok(process.memoryUsage.rss() - before < 200 * 1024 * 1024)
})

test('a claimed size is not believed', async () => {
  const { exchanges } = await read(har(entry({ bodySize: 2 ** 40 }, { bodySize: 2 ** 40, content: { size: 2 ** 40, text: 'abc' } })))
  assert.equal(exchanges[0]!.response.body.toString(), 'abc')
})
