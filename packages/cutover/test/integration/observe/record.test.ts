import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ListenerTarget } from '../../../src/config/target.ts'
import type { Exchange } from '../../../src/message/exchange.ts'
import { readRecording } from '../../../src/message/recording/reader.ts'
import { ask, get, openClient } from '../../fixtures/wire/client.ts'
import { openGateway, type GatewayOptions, type TestGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

const json = 'Content-Type: application/json\r\n'

async function recording (t: TestContext, options: Omit<GatewayOptions, 'config'>, record: object = {}): Promise<TestGateway & { recorded (): Promise<Exchange[]> }> {
  const stateDir = await mkdtemp(join(tmpdir(), 'cutover-record-'))
  const gateway = await openGateway(t, { share: '0%', ...options, config: { stateDir, record: { share: '100%', folder: join(stateDir, 'recordings'), ...record } } })
  t.after(async () => {
    await gateway.close()
    await rm(stateDir, { recursive: true, force: true })
  })
  return {
    ...gateway,
    async recorded () {
      const { folder } = await gateway.parts.observation.stopRecording()
      const exchanges: Exchange[] = []
      for await (const exchange of readRecording(folder!)) exchanges.push(exchange)
      return exchanges
    }
  }
}

test('an exchange through an origin is recorded as its backend had it, secrets redacted', async t => {
  const legacy = await openOrigin(t, always(ok('{"id":7,"password":"hunter22"}', `${json}Set-Cookie: sid=abcdefgh; Path=/\r\nX-Routed-To: own\r\n`, '201 Created')))
  const gateway = await recording(t, { legacy: legacy.url, candidate: legacy.url })
  await ask(t, gateway.url, 'POST /things?token=abcdefghij HTTP/1.1\r\nHost: shop.test\r\nAuthorization: Bearer verysecret\r\nX-Request-Id: r-12345678\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n7\r\n{"a":1,\r\n6\r\n"b":2}\r\n0\r\n\r\n')
  const [exchange, ...more] = await gateway.recorded()
  assert.equal(more.length, 0)
  const { request, response, ...about } = exchange!
  assert.equal(request.method, 'POST')
  assert.match(request.target, /^\/things\?token=redacted-/)
  assert.equal(request.body.toString(), '{"a":1,"b":2}')
  assert.equal(response.status, 201)
  assert.match(response.body.toString(), /^{"id":7,"password":"redacted-[0-9a-f]{16}"}$/)
  assert.deepEqual(response.headers.map(([name]) => name), ['Content-Type', 'Set-Cookie', 'Content-Length'])
  assert.doesNotMatch(JSON.stringify(exchange), /verysecret|hunter22|abcdefgh/)
  assert.equal(about.requestId, 'r-12345678')
  assert.equal(about.feature, 'all')
  assert.equal(about.backend, 'legacy')
  assert.ok(about.durationMs! >= 0 && Math.abs(Date.parse(about.startedAt!) - Date.now()) < 60_000 && about.session !== undefined)
})

test('a backend in this process is recorded too: pieces, trailers, HEAD, and what the candidate failed', async t => {
  const legacy: ListenerTarget = {
    kind: 'listener',
    acceptsUpgrade: () => false,
    upgrade: () => {},
    request: (request, response) => {
      if (request.method === 'HEAD') return response.writeHead(200, { 'content-length': 5 }).end()
      response.writeHead(200, ['Trailer', 'X-T', 'X-Two', '1', 'X-Two', '2'])
      response.write('hé', 'latin1')
      response.addTrailers({ 'X-T': 'end' })
      response.end(Buffer.from('llo'))
    }
  }
  const candidate: ListenerTarget = { ...legacy, request: (_, response) => { response.statusCode = 500; response.end('bad') } }
  const gateway = await recording(t, { legacy, candidate, share: '100%' })
  await ask(t, gateway.url, get('/a'))
  await ask(t, gateway.url, 'HEAD /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const [first, second] = await gateway.recorded()
  assert.equal(first!.backend, 'legacy')
  assert.equal(first!.response.body.toString('latin1'), 'héllo')
  assert.deepEqual(first!.response.trailers, [['X-T', 'end']])
  assert.deepEqual(first!.response.headers.filter(([name]) => name === 'X-Two').map(([, value]) => value), ['1', '2'])
  assert.equal(second!.request.method, 'HEAD')
  assert.equal(second!.response.body.length, 0)
})

test('8 MB bodies are kept as length and digest, both ways', async t => {
  const large = 'z'.repeat(8_000_000)
  const legacy = await openOrigin(t, always(ok(large, 'Content-Type: image/png\r\n')))
  const gateway = await recording(t, { legacy: legacy.url, candidate: legacy.url })
  const client = await openClient(t, gateway.url)
  client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: ${large.length}\r\nConnection: close\r\n\r\n${large}`)
  assert.equal((await client.over()).split('\r\n\r\n')[1]!.length, large.length)
  const [exchange] = await gateway.recorded()
  const digest = { length: large.length, sha256: createHash('sha256').update(large).digest('hex') }
  assert.deepEqual(exchange!.request.truncated, digest)
  assert.deepEqual(exchange!.response.truncated, digest)
})

test('a client that leaves, and a backend that breaks off, are counted and not recorded', async t => {
  const legacy = await openOrigin(t, { request: ({ line }, { socket }) => { if (line.includes('cut')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello') } })
  const gateway = await recording(t, { legacy: legacy.url, candidate: legacy.url })
  const client = await openClient(t, gateway.url)
  client.send(get('/wait'))
  await until(() => legacy.requests.length === 1, 'it did not come')
  client.reset()
  await ask(t, gateway.url, get('/cut'))
  await until(() => gateway.parts.observation.recordStatus().dropped.aborted === 2, () => JSON.stringify(gateway.parts.observation.recordStatus()))
  assert.deepEqual(await gateway.recorded(), [])
})

test('a share records whole clients, whose sign-in and later requests are one session', async t => {
  const legacy = await openOrigin(t, always(ok()))
  const gateway = await recording(t, { legacy: legacy.url, candidate: legacy.url }, { share: '50%' })
  for (let i = 0; i < 40; i++) {
    const client = await openClient(t, gateway.url)
    client.send('GET /login HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.sees(/ok$/)
    client.send(get(`/${i}`, `Authorization: Bearer of-client-${i}\r\n`))
    await client.over()
    await ask(t, gateway.url, get(`/${i}`, `Authorization: Bearer of-client-${i}\r\n`))
  }
  const bySession = new Map<string, number>()
  for (const { session } of await gateway.recorded()) bySession.set(session!, (bySession.get(session!) ?? 0) + 1)
  assert.ok(bySession.size > 5 && bySession.size < 35, String(bySession.size))
  assert.deepEqual([...new Set(bySession.values())], [3])
})

test('recording is begun and ended live, for features and for a time, and nothing is watched without it', async t => {
  const legacy = await openOrigin(t, always(ok()))
  const gateway = await recording(t, { legacy: legacy.url, candidate: legacy.url }, { share: '0%' })
  const { observation, dispatcher } = gateway.parts
  assert.equal(dispatcher.observer, undefined)
  await assert.rejects(observation.startRecording({ share: '100%', features: ['none'] }), { code: 'CUT_FEATURE_UNKNOWN' })
  await assert.rejects(observation.startRecording({ share: 'many' }), { code: 'CUT_SHARE_INVALID' })
  await assert.rejects(observation.startRecording({ share: '100%', folder: join(import.meta.filename, 'none') }), { code: 'CUT_RECORDING_UNWRITABLE' })
  assert.equal(dispatcher.observer, undefined)
  const started = await observation.startRecording({ share: '100%', features: ['all'], seconds: 0.2 })
  assert.ok(started.active && started.endsAt !== undefined)
  await ask(t, gateway.url, get('/'))
  await until(() => !observation.recordStatus().active, 'it does not end')
  await until(() => observation.recordStatus().recorded === 1, 'it is not recorded')
  assert.equal(dispatcher.observer, undefined)
  assert.equal((await gateway.recorded()).length, 1)
})

test('memory for bodies under way is bounded: what does not fit is kept as its digest', async t => {
  const legacy = await openOrigin(t, always(ok('w'.repeat(50_000))))
  const gateway = await recording(t, { legacy: legacy.url, candidate: legacy.url }, { memory: '20kB' })
  assert.match(await ask(t, gateway.url, get('/')), /w{50000}$/)
  assert.equal((await gateway.recorded())[0]!.response.truncated!.length, 50_000)
})
