import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { replay } from '../../../src/parity/replay/replay.ts'
import { formatOf } from '../../../src/parity/replay/recorded.ts'
import { Spool } from '../../../src/parity/replay/spool.ts'
import { contextOf, serve, sideAt } from './shop.ts'

async function fileOf (t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-recorded-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'file'), text)
  return join(folder, 'file')
}

const har = JSON.stringify({
  log: {
    version: '1.2',
    creator: { name: 'a browser', version: '1' },
    entries: ['/one', '/two'].map((path, index) => ({
      startedDateTime: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
      time: 5,
      request: { method: 'GET', url: `https://shop.test${path}?x=1`, httpVersion: 'h2', headers: [{ name: ':authority', value: 'shop.test' }, { name: 'Host', value: 'shop.test' }], queryString: [], cookies: [], headersSize: -1, bodySize: 0 },
      response: { status: 200, statusText: '', httpVersion: 'h2', headers: [], cookies: [], content: { size: 2, mimeType: 'text/plain', text: 'ok' }, redirectURL: '', headersSize: -1, bodySize: 2 },
      cache: {},
      timings: { send: 0, wait: 5, receive: 0 }
    }))
  }
})

const postman = JSON.stringify({
  info: { name: 'shop', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  item: ['/one', '/two'].map(path => ({ name: path, request: { method: 'GET', url: `https://shop.test${path}?x=1` } }))
})

for (const [format, text] of Object.entries({ har, postman })) {
  test(`a ${format} file is replayed`, async t => {
    const seen: string[] = []
    const file = await fileOf(t, text)
    assert.equal(await formatOf(file), format)
    const legacy = await serve(t, (request, response) => { seen.push(`${request.url} ${request.headers.host}`); response.end('ok') })
    const candidate = await serve(t, (request, response) => { response.end(request.url!.startsWith('/two') ? 'no' : 'ok') })
    const report = await replay(file, { context: contextOf({ legacy: sideAt('legacy', legacy), twin: undefined, candidate: sideAt('candidate', candidate) }) })
    assert.deepEqual(seen.slice(0, 2), ['/one?x=1 shop.test', '/two?x=1 shop.test'])
    assert.deepEqual(report.findings.map(({ endpoint, confirmed }) => [endpoint, confirmed]), [['GET /two', true]])
    assert.equal(report.notes.some(note => note.includes('another status')), false)
  })
}

test('what is no recording is refused', async t => {
  await assert.rejects(formatOf(await fileOf(t, 'hello')), { code: 'CUT_RECORDING_INVALID' })
  await assert.rejects(formatOf('/nowhere/at/all'), { code: 'CUT_RECORDING_NOT_FOUND' })
})

test('a spool holds so many exchanges and no more, and gives each again', async t => {
  const spool = await Spool.open(3)
  t.after(() => spool.close())
  const exchange = (target: string, body: string) => ({ request: { method: 'GET', target, headers: [], body: Buffer.alloc(0) }, response: { status: 200, headers: [], body: Buffer.from(body) }, startedAt: '2026-01-01T00:00:00.000Z' })
  for (const [index, body] of ['a'.repeat(2_000_000), 'ü', '\xff'].entries()) assert.equal(await spool.add(exchange(`/${index}`, body), 'r'), index)
  await assert.rejects(spool.add(exchange('/3', ''), 'r'), { code: 'CUT_RECORDING_TOO_LARGE' })
  for (const index of [2, 0, 1]) assert.equal((await spool.read(index)).request.target, `/${index}`)
  assert.equal(spool.startOf(1), Date.UTC(2026, 0, 1))
  assert.ok(Number.isNaN(spool.endOf(1)))
})

test('exchanges that are read at once are all there', async t => {
  for (let round = 0; round < 20; round++) {
    const spool = await Spool.open()
    t.after(() => spool.close())
    const targets = Array.from({ length: 50 }, (_, index) => `/${index}`)
    for (const target of targets) await spool.add({ request: { method: 'GET', target, headers: [], body: Buffer.alloc(0) }, response: { status: 200, headers: [], body: Buffer.alloc(0) } }, 'r')
    const read = await Promise.all(targets.map((_, index) => spool.read(index)))
    assert.deepEqual(read.map(({ request }) => request.target), targets)
  }
})
