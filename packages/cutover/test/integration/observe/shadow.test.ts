import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ShadowFeature } from '../../../src/config/admin-api.ts'
import type { ListenerTarget } from '../../../src/config/target.ts'
import { readRecording } from '../../../src/message/recording/reader.ts'
import { ask, get, openClient } from '../../fixtures/wire/client.ts'
import { openGateway, type GatewayOptions, type TestGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin, refusing } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

const json = 'Content-Type: application/json\r\n'

async function shadowing (t: TestContext, options: Omit<GatewayOptions, 'config'>, shadow: object = {}): Promise<TestGateway & { counts (): ShadowFeature }> {
  const stateDir = await mkdtemp(join(tmpdir(), 'cutover-shadow-'))
  const gateway = await openGateway(t, { share: '0%', ...options, config: { stateDir, shadow: { share: '100%', utilization: 0.95, ...shadow } } })
  t.after(async () => {
    await gateway.close()
    await rm(stateDir, { recursive: true, force: true })
  })
  return { ...gateway, counts: () => gateway.parts.observation.shadowStatus().features[0]! }
}

function listener (answer: (request: IncomingMessage, response: ServerResponse) => unknown): ListenerTarget {
  return { kind: 'listener', request: answer, acceptsUpgrade: () => false, upgrade: () => {} }
}

async function compared (gateway: { counts (): ShadowFeature }, total = 1): Promise<ShadowFeature> {
  const sum = (): number => gateway.counts().same + gateway.counts().different + Object.values(gateway.counts().skipped).reduce((all, count) => all + count, 0)
  await until(() => sum() >= total, () => `only ${JSON.stringify(gateway.counts())}`)
  return gateway.counts()
}

for (const share of ['0%', '100%']) {
  test(`the other origin is asked the same and answers the same, ${share} on the candidate`, async t => {
    const legacy = await openOrigin(t, always(ok('{"a":1}', json)))
    const candidate = await openOrigin(t, always(ok('{"a":1}', json)))
    const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url, share })
    assert.match(await ask(t, gateway.url, get('/x?y=1', 'X-Own: 1\r\nAuthorization: Bearer abc\r\n')), /{"a":1}$/)
    assert.equal((await compared(gateway)).same, 1)
    const [first, second] = share === '0%' ? [legacy, candidate] : [candidate, legacy]
    assert.match(second.connections[0]!.received, /^GET \/x\?y=1 HTTP\/1.1\r\nHost: test\r\nX-Own: 1\r\nAuthorization: Bearer abc\r\n/)
    assert.match(second.connections[0]!.received, /\r\nx-cutover-shadow: 1\r\n/)
    assert.doesNotMatch(first.connections[0]!.received, /x-cutover-shadow/)
    const id = /x-request-id: (\S+)/.exec(first.connections[0]!.received)![1]!
    assert.match(second.connections[0]!.received, new RegExp(`x-request-id: ${id}\r\n`))
  })
}

test('a candidate that answers otherwise is found, kept redacted, and written down', async t => {
  const legacy = await openOrigin(t, always(ok('{"price":10,"token":"secret-of-legacy"}', json)))
  const candidate = await openOrigin(t, always(ok('{"price":10.5,"token":"secret-of-candidate"}', json)))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url })
  await ask(t, gateway.url, get('/x?password=hunter22'))
  const counts = await compared(gateway)
  assert.equal(counts.different, 1)
  assert.equal(counts.differences['value'], 2)
  await until(() => gateway.parts.observation.shadowReport().finds.length > 0, () => 'nothing was kept')
  const [find] = gateway.parts.observation.shadowReport().finds
  assert.ok(find!.differences.some(({ kind, pointer, legacy, candidate }) => kind === 'value' && pointer === '/body/price' && legacy === '10' && candidate === '10.5'))
  assert.doesNotMatch(JSON.stringify(find), /secret-of|hunter22/)
  const folder = join(gateway.parts.settings.stateDir, 'shadow')
  await gateway.close()
  const kept = []
  for await (const exchange of readRecording(folder)) kept.push(exchange)
  assert.deepEqual(kept.map(({ backend }) => backend), ['legacy', 'candidate'])
  assert.doesNotMatch(JSON.stringify(kept), /secret-of|hunter22/)
})

test('what each side makes up while it answers is no difference; what is stored must agree', async t => {
  const moments = { now: new Date().toISOString(), later: new Date(Date.now() + 20).toISOString() }
  const body = (now: string, stored: string): string => ok(JSON.stringify({ id: crypto.randomUUID(), now, stored }), `${json}X-Trace: ${crypto.randomUUID()}\r\n`)
  const legacy = await openOrigin(t, always(body(moments.now, '2020-01-01T10:00:00.000Z')))
  const candidate = await openOrigin(t, always(body(moments.later, '2020-01-01T10:00:00.000Z')))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url })
  await ask(t, gateway.url, get('/x'))
  assert.equal((await compared(gateway)).same, 1, JSON.stringify(gateway.parts.observation.shadowReport().finds))
  candidate.script = always(body(moments.later, '2020-01-01T11:00:00.000Z'))
  await ask(t, gateway.url, get('/x'))
  assert.deepEqual((await compared(gateway, 2)).differences, { value: 1 })
})

test('a write is never sent twice', async t => {
  const legacy = await openOrigin(t, always(ok()))
  const candidate = await openOrigin(t, always(ok()))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url })
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE']) await ask(t, gateway.url, `${method} /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`)
  // A machine that is busy with something else sheds reads too.
  let reads = 0
  do await ask(t, gateway.url, get('/last'))
  while ((await compared(gateway, 5 + ++reads)).skipped.load === reads)
  assert.equal(gateway.counts().skipped.unsafe, 5)
  assert.deepEqual(candidate.requests.map(({ line }) => line.split(' ')[0]), ['GET'])
})

test('a side that has a database of its own gets writes too, with their bodies, and the other does not', async t => {
  const legacy = await openOrigin(t, always(ok()))
  const candidate = await openOrigin(t, always(ok()))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url }, { unsafe: { candidate: 'a clone of the database' } })
  await ask(t, gateway.url, 'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n3\r\n yo\r\n0\r\n\r\n')
  assert.equal((await compared(gateway)).same, 1)
  assert.match(candidate.connections[0]!.received, /^POST \/x [^]*Content-Length: 8\r\n[^]*\r\n\r\nhello yo$/)
  await gateway.parts.control.setShare('all', 10_000, { who: 'test', why: 'the other direction' })
  await ask(t, gateway.url, 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi')
  assert.equal((await compared(gateway, 2)).skipped.unsafe, 1)
  assert.equal(legacy.requests.length, 1)
})

test('a candidate that hangs, dies, answers garbage or without an end is counted, and clients have their answers', async t => {
  const legacy = await openOrigin(t, always(ok('fine')))
  let endless: NodeJS.Timeout | undefined
  const candidate = await openOrigin(t, {
    request: ({ line }, { send, socket }) => {
      const path = line.split(' ')[1]
      if (path === '/dies') socket.resetAndDestroy()
      if (path === '/garbage') send('HTTP/1.1 what\r\n\r\n')
      if (path === '/cut') socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello')
      if (path === '/events') send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
      if (path === '/endless') {
        send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        endless = setInterval(() => { send(`2710\r\n${'x'.repeat(10_000)}\r\n`) }, 1)
        socket.once('close', () => clearInterval(endless))
      }
    }
  })
  t.after(() => clearInterval(endless))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url }, { timeout: '200ms', bodyLimit: '20kB' })
  for (const path of ['/hangs', '/dies', '/garbage', '/cut', '/events', '/endless']) assert.match(await ask(t, gateway.url, get(path)), /fine$/, path)
  const counts = await compared(gateway, 6)
  assert.deepEqual(counts.skipped, { failed: 3, stream: 1, timeout: 1 })
  assert.equal(counts.different, 1)
  await until(() => candidate.open.size === 0, 'a connection stays open')
  assert.equal(gateway.parts.observation.shadowStatus().running, 0)
  assert.deepEqual(gateway.problems(), [])
})

test('a candidate that is not there is counted', async t => {
  const legacy = await openOrigin(t, always(ok('fine')))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: await refusing() })
  assert.match(await ask(t, gateway.url, get('/')), /fine$/)
  assert.deepEqual((await compared(gateway)).skipped, { failed: 1 })
  assert.equal(gateway.parts.registry.stats('all', 'candidate').requests, 0)
  assert.equal(gateway.parts.control.features()[0]!.breaker, 'closed')
})

test('HEAD, 304, chunked answers with trailers and 8 MB bodies are compared', async t => {
  const large = 'x'.repeat(8_000_000)
  const script = {
    request: ({ line }: { readonly line: string }, { send }: { send (text: string): void }) => {
      const [method, path] = line.split(' ')
      if (method === 'HEAD') send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
      else if (path === '/304') send('HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n')
      else if (path === '/chunked') send(`HTTP/1.1 200 OK\r\n${json}Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n2\r\n1]\r\n0\r\nX-T: 1\r\n\r\n`)
      else send(ok(large, 'Content-Type: application/octet-stream\r\n'))
    }
  }
  const legacy = await openOrigin(t, script)
  const candidate = await openOrigin(t, script)
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url })
  await ask(t, gateway.url, 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await ask(t, gateway.url, get('/304'))
  await ask(t, gateway.url, get('/chunked'))
  assert.equal((await ask(t, gateway.url, get('/large'))).split('\r\n\r\n')[1]!.length, large.length)
  const counts = await compared(gateway, 4)
  assert.equal(counts.same, 4, JSON.stringify(gateway.parts.observation.shadowReport()))
})

test('large bodies that differ are a difference when they are no text, and left alone when they are', async t => {
  const answer = (letter: string) => ({ request: ({ line }: { readonly line: string }, { send }: { send (text: string): void }) => send(ok(letter.repeat(300_000), line.includes('text') ? json : 'Content-Type: image/png\r\n')) })
  const legacy = await openOrigin(t, answer('a'))
  const candidate = await openOrigin(t, answer('b'))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url })
  await ask(t, gateway.url, get('/image'))
  await ask(t, gateway.url, get('/text'))
  const counts = await compared(gateway, 2)
  assert.equal(counts.different, 1)
  assert.deepEqual(counts.skipped, { size: 1 })
})

test('memory is bounded: what does not fit is skipped and counted, and all of it is given back', async t => {
  const legacy = await openOrigin(t, always(ok('y'.repeat(60_000))))
  const candidate = await openOrigin(t)
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url }, { memory: '150kB', concurrency: 1, timeout: '300ms' })
  for (let i = 0; i < 6; i++) assert.match(await ask(t, gateway.url, get('/')), /y$/)
  const counts = await compared(gateway, 6)
  assert.ok((counts.skipped.memory ?? 0) >= 3, JSON.stringify(counts))
  candidate.script = always(ok('y'.repeat(60_000)))
  await until(() => gateway.parts.observation.shadowStatus().running === 0, 'it still runs')
  await ask(t, gateway.url, get('/'))
  await until(() => gateway.counts().same === 1, () => JSON.stringify(gateway.counts()))
})

test('a client that leaves is not shadowed, and a fallback is not a second time', async t => {
  const legacy = await openOrigin(t, { request: ({ line }, { send }) => { if (!line.includes('wait')) send(ok()) } })
  const candidate = await openOrigin(t, always(ok('no', '', '500 No')))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url, share: '100%' })
  await ask(t, gateway.url, get('/'))
  assert.deepEqual((await compared(gateway)).skipped, { fallback: 1 })
  await gateway.parts.control.setShare('all', 0, { who: 'test', why: 'back' })
  const client = await openClient(t, gateway.url)
  client.send('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => legacy.requests.length === 2, 'it did not come')
  client.reset()
  assert.deepEqual((await compared(gateway, 2)).skipped, { fallback: 1, aborted: 1 })
  assert.equal(candidate.requests.length, 1)
})

test('backends in this process are asked without a socket, and cannot tell', async t => {
  const seen: Array<Record<string, unknown>> = []
  const legacy = listener((request, response) => { response.setHeader('content-type', 'application/json').end('{"a":[1,2]}') })
  const candidate = listener((request, response) => {
    seen.push({ url: request.url, ip: request.socket.remoteAddress, own: request.headers['x-own'], shadow: request.headers['x-cutover-shadow'] })
    request.socket.setTimeout(1_000)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"a":')
    response.end(request.url === '/bad' ? '[1,3]}' : '[1,2]}')
  })
  const gateway = await shadowing(t, { legacy, candidate })
  await ask(t, gateway.url, get('/good', 'X-Own: 1\r\n'))
  await ask(t, gateway.url, get('/bad'))
  const counts = await compared(gateway, 2)
  assert.deepEqual([counts.same, counts.different], [1, 1], JSON.stringify(gateway.parts.observation.shadowReport()))
  assert.deepEqual(seen[0], { url: '/good', ip: '127.0.0.1', own: '1', shadow: '1' })
})

test('a candidate in this process that throws, rejects, hangs or never ends is counted', async t => {
  const legacy = listener((_, response) => { response.end('fine') })
  const candidate = listener((request, response) => {
    if (request.url === '/throws') throw new Error('no')
    if (request.url === '/rejects') return Promise.reject(new Error('no'))
    if (request.url === '/endless') {
      const timer = setInterval(() => response.write('x'.repeat(5_000)), 1)
      response.once('close', () => clearInterval(timer))
    }
    if (request.url === '/destroys') request.socket.destroy()
  })
  const gateway = await shadowing(t, { legacy, candidate }, { timeout: '200ms', bodyLimit: '20kB' })
  for (const path of ['/throws', '/rejects', '/hangs', '/endless', '/destroys']) assert.match(await ask(t, gateway.url, get(path)), /fine$/, path)
  const counts = await compared(gateway, 5)
  assert.deepEqual(counts.skipped, { failed: 3, timeout: 1 })
  assert.equal(counts.different, 1)
})

test('a busy process sheds and counts', async t => {
  const legacy = listener((_, response) => {
    const until = performance.now() + 30
    while (performance.now() < until);
    response.end('fine')
  })
  const candidate = listener((_, response) => { response.end('fine') })
  const gateway = await shadowing(t, { legacy, candidate }, { utilization: 0.05 })
  const client = await openClient(t, gateway.url)
  for (let i = 0; i < 60 && (gateway.counts().skipped.load ?? 0) === 0; i++) {
    client.forget()
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.sees(/fine$/)
  }
  assert.ok((gateway.counts().skipped.load ?? 0) > 0, JSON.stringify(gateway.counts()))
})

test('nothing is watched while shadowing is off, and it is turned on and off live', async t => {
  const legacy = await openOrigin(t, always(ok()))
  const candidate = await openOrigin(t, always(ok()))
  const gateway = await shadowing(t, { legacy: legacy.url, candidate: candidate.url }, { share: '0%' })
  assert.equal(gateway.parts.dispatcher.observer, undefined)
  gateway.parts.observation.setShadow({ share: '100%' })
  await ask(t, gateway.url, get('/'))
  assert.equal((await compared(gateway)).same, 1)
  gateway.parts.observation.setShadow({ share: '0%' })
  assert.equal(gateway.parts.dispatcher.observer, undefined)
  await ask(t, gateway.url, get('/'))
  assert.equal(candidate.requests.length, 1)
})

test('a digest of a large body is that of its bytes', async t => {
  const { KeptBody } = await import('../../../src/switch/observe/kept-body.ts')
  const { MemoryBudget } = await import('../../../src/switch/observe/memory-budget.ts')
  const budget = new MemoryBudget(100)
  const body = new KeptBody(budget, 10)
  body.add('héllo')
  assert.equal(budget.used, 6)
  body.add(Buffer.from('world'))
  assert.deepEqual(body.payload().truncated, { length: 11, sha256: createHash('sha256').update('hélloworld').digest('hex') })
  assert.equal(budget.used, 0)
})
