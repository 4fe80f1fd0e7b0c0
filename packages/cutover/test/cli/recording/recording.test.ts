import assert from 'node:assert/strict'
import { createWriteStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { readRecording } from '../../../src/message/recording/reader.ts'
import { cutover, folderWith } from '../harness.ts'

const bare = { httpVersion: 'HTTP/1.1', cookies: [], headersSize: -1, bodySize: -1 }

/** An entry as a browser writes it. */
function entry (url: string, some: { status?: number, text?: string, headers?: Record<string, string> } = {}): object {
  const headers = Object.entries(some.headers ?? {}).map(([name, value]) => ({ name, value }))
  return {
    startedDateTime: '2026-01-02T03:04:05.678Z',
    time: 3,
    request: { ...bare, method: 'GET', url, headers, queryString: [] },
    response: { ...bare, status: some.status ?? 200, statusText: '', headers: [{ name: 'content-type', value: 'application/json' }], content: { size: 2, mimeType: 'application/json', text: some.text ?? '{}' }, redirectURL: '' },
    cache: {},
    timings: { send: 0, wait: 1, receive: 1 }
  }
}

function har (...entries: object[]): string {
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'a browser', version: '1' }, entries } })
}

async function targetsIn (folder: string): Promise<string[]> {
  const targets = []
  for await (const { request } of readRecording(folder)) targets.push(request.target)
  return targets
}

const header = '{"cutover":"recording","version":1,"id":"x","part":1,"startedAt":"2026-01-01T00:00:00.000Z"}\n'

function line (target: string, response: object = { status: 200, headers: [], text: '{}' }): string {
  return `${JSON.stringify({ session: 's', request: { method: 'GET', target, headers: [['Host', 'shop.test']] }, response })}\n`
}

test('import makes a recording of a HAR file, its secrets redacted', async t => {
  const folder = folderWith(t, { 'browser.har': har(entry('http://shop.test/a?b=1', { headers: { authorization: 'Bearer very-secret-token' } })) })
  const { code, out } = await cutover(folder, ['record', 'import', 'browser.har'])
  assert.equal(code, 0)
  const recording = join(folder, '.cutover/recordings/browser')
  assert.equal(out, `1 exchange imported: ${recording}\n`)
  assert.deepEqual(await targetsIn(recording), ['/a?b=1'])
  assert.doesNotMatch(readFileSync(join(recording, '000001.ndjson'), 'utf8'), /very-secret-token/)
  const again = await cutover(folder, ['record', 'import', 'browser.har'])
  assert.equal(again.code, 2)
  assert.match(again.err, /holds a recording already: give another folder with --output/)
})

test('requests to several hosts are not mixed: the host has to be said', async t => {
  const folder = folderWith(t, { 'page.har': har(entry('https://shop.test/a'), entry('https://cdn.test/x.js'), entry('https://shop.test/b')) })
  const asked = await cutover(folder, ['record', 'import', 'page.har'])
  assert.equal(asked.code, 2)
  assert.match(asked.err, /requests to 2 hosts:\n {2}shop\.test {2}2\n {2}cdn\.test {2}1\nSay which is the backend: --host shop\.test/)
  assert.equal(existsSync(join(folder, '.cutover')), false)
  const one = await cutover(folder, ['record', 'import', 'page.har', '--host', 'Shop.test', '--output', 'one'])
  assert.equal(one.code, 0)
  assert.match(one.err, /1 left out: they went to other hosts/)
  assert.deepEqual(await targetsIn(join(folder, 'one')), ['/a', '/b'])
  await cutover(folder, ['record', 'import', 'page.har', '--host', '*', '--output', 'all'])
  assert.deepEqual(await targetsIn(join(folder, 'all')), ['/a', '/x.js', '/b'])
  const none = await cutover(folder, ['record', 'import', 'page.har', '--host', 'other.test', '--output', 'none'])
  assert.equal(none.code, 3)
  assert.match(none.err, /There is no exchange with other\.test/)
})

test('a HAR file that is cut off or broken in parts gives what can be read, and says what cannot', async t => {
  const broken = har(entry('http://shop.test/a'), {}, entry('http://shop.test/b')).slice(0, -40)
  const folder = folderWith(t, { 'torn.har': broken, 'text.har': 'hello', 'empty.har': '{"log":{}}' })
  const { code, out, err } = await cutover(folder, ['record', 'import', 'torn.har'])
  assert.equal(code, 0)
  assert.match(out, /^1 exchange imported/)
  assert.match(err, /1 could not be read: [^\n]+ \(torn\.har, entry 2\)/)
  assert.match(err, /1 torn off: it ends before its last bracket/)
  for (const name of ['text.har', 'empty.har', 'missing.har']) {
    const ran = await cutover(folder, ['record', 'import', name])
    assert.ok(ran.code === 2 || ran.code === 3, name)
    assert.match(ran.err, new RegExp(name))
  }
  const recording = await cutover(folder, ['record', 'import', '.cutover/recordings/torn'])
  assert.equal(recording.code, 2)
  assert.match(recording.err, /is a recording already/)
})

test('import waits for the disk instead of dropping, stops at --total, and holds little', { timeout: 60_000 }, async t => {
  const folder = folderWith(t)
  const file = createWriteStream(join(folder, 'large.har'))
  const one = JSON.stringify(entry('http://shop.test/a', { text: JSON.stringify({ pad: 'x'.repeat(10_000) }) }))
  file.write('{"log":{"entries":[')
  for (let i = 0; i < 3_000; i++) if (!file.write(i === 0 ? one : `,${one}`)) await once(file, 'drain')
  file.end(']}}')
  await once(file, 'close')
  const all = await cutover(folder, ['record', 'import', 'large.har', '--json'])
  assert.equal(all.code, 0, all.out + all.err)
  assert.deepEqual({ ...JSON.parse(all.out), folder: undefined }, { exchanges: 3_000, otherHosts: 0, dropped: 0, notes: [], full: false, stopped: false, folder: undefined })
  const some = await cutover(folder, ['record', 'import', 'large.har', '--total', '1MB', '--output', 'some'])
  assert.equal(some.code, 3)
  assert.match(some.err, /It is not whole: it may not grow beyond 1\w*MB?\. Allow more with --total/i)
  assert.ok(statSync(join(folder, 'some/000001.ndjson')).size < 1_100_000)
})

test('requests of a Postman collection are imported without answers', async t => {
  const collection = { info: { name: 'c', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' }, item: [{ name: 'list', request: { method: 'GET', url: 'http://shop.test/items' } }] }
  const folder = folderWith(t, { 'c.json': JSON.stringify(collection) })
  assert.equal((await cutover(folder, ['record', 'import', 'c.json'])).code, 0)
  const exported = await cutover(folder, ['record', 'export', '.cutover/recordings/c', '--format', 'hurl'])
  assert.equal(exported.out, 'GET http://shop.test/items\nHost: shop.test\n\n')
})

test('export writes every format, to a file by its name or to standard output', async t => {
  const folder = folderWith(t, { 'r/000001.ndjson': header + line('/a') + line('/b?c=1') })
  const curl = await cutover(folder, ['record', 'export', 'r', '--format', 'curl', '--origin', 'http://127.0.0.1:9'])
  assert.equal(curl.code, 0)
  assert.match(curl.out, /^#!\/bin\/sh\n\ncurl [\s\S]*--url http:\/\/127\.0\.0\.1:9\/a\n\ncurl [\s\S]*--url 'http:\/\/127\.0\.0\.1:9\/b\?c=1'\n$/)
  assert.match(curl.err, /2 exchanges written/)
  const k6 = await cutover(folder, ['record', 'export', 'r', '--output', 'out/r.js'])
  assert.equal(k6.out, '2 exchanges written to out/r.js\n')
  assert.match(readFileSync(join(folder, 'out/r.js'), 'utf8'), /export default function \(\) \{\n {2}check\([\s\S]*GET \/b answers 200[\s\S]*\n\}\n$/)
  const written = await cutover(folder, ['record', 'export', 'r', '-o', 'r.har', '--json'])
  assert.deepEqual(JSON.parse(written.out), { format: 'har', output: join(folder, 'r.har'), exchanges: 2, notes: [], stopped: false })
  assert.equal(JSON.parse(readFileSync(join(folder, 'r.har'), 'utf8')).log.entries.length, 2)
  assert.equal((await cutover(folder, ['record', 'import', 'r.har', '-o', 'back'])).code, 0)
  assert.deepEqual(await targetsIn(join(folder, 'back')), ['/a', '/b?c=1'])
})

test('export says what it leaves out, and leaves no file that is not whole', async t => {
  const cut = line('/big').replace('"headers":[["Host"', '"truncated":{"length":9},"headers":[["Host"')
  const folder = folderWith(t, { 'r/000001.ndjson': `${header}${line('/a')}{"torn\n${cut}`, 'later/000001.ndjson': header.replace('"version":1', '"version":9') })
  const { code, out, err } = await cutover(folder, ['record', 'export', 'r', '-o', 'r.hurl'])
  assert.equal(code, 0)
  assert.equal(out, '1 exchange written to r.hurl\n')
  assert.match(err, /1 could not be read: it is not a JSON object \(000001\.ndjson, line 3\)/)
  assert.match(err, /1 left out: its body was not kept \(GET \/big\)/)
  const later = await cutover(folder, ['record', 'export', 'later', '-o', 'later.har'])
  assert.notEqual(later.code, 0)
  assert.match(later.err, /version 9/)
  assert.equal(existsSync(join(folder, 'later.har')) || existsSync(join(folder, 'later.har.part')), false)
})

test('wrong usage of export is told with what to do', async t => {
  const folder = folderWith(t, { 'r/000001.ndjson': header + line('/a'), taken: '' })
  assert.match((await cutover(folder, ['record', 'export', 'r'])).err, /Say which format: --format har, curl, hurl, k6/)
  assert.match((await cutover(folder, ['record', 'export', 'r', '--format', 'xml'])).err, /--format xml is not known: use har, curl, hurl, k6/)
  const missing = await cutover(folder, ['record', 'export', 'nowhere', '--format', 'har'])
  assert.deepEqual([missing.code, missing.out], [2, ''])
  assert.match((await cutover(folder, ['record', 'export', 'r', '--format', 'har', '--json'])).out, /--json needs --output/)
  const unwritable = await cutover(folder, ['record', 'export', 'r', '-o', 'taken/r.har'])
  assert.equal(unwritable.code, 3)
  assert.match(unwritable.err, /taken\/r\.har cannot be written/)
})

test('ctrl-c ends an export and an import early, and says so', async t => {
  const folder = folderWith(t, { 'r/000001.ndjson': header + line('/a').repeat(2_000) })
  const signals = new EventEmitter()
  const ran = await cutover(folder, ['record', 'export', 'r', '--format', 'curl'], { signals, onOutput: text => { if (text.includes('curl')) signals.emit('SIGINT') } })
  assert.equal(ran.code, 3)
  assert.match(ran.err, /^[\d,]+ exchanges? written, then stopped$/m)
  assert.equal(signals.listenerCount('SIGINT'), 0)
  writeFileSync(join(folder, 'x.har'), har(entry('http://a.test/1'), entry('http://a.test/2')))
  const imported = cutover(folder, ['record', 'import', 'x.har', '--host', '*'], { signals })
  while (signals.listenerCount('SIGINT') === 0) await new Promise(resolve => setImmediate(resolve))
  signals.emit('SIGINT')
  assert.equal((await imported).code, 3)
})
