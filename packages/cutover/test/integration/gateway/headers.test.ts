import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ask, get, openClient } from '../../fixtures/wire/client.ts'
import { openGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin, type Origin } from '../../fixtures/wire/origin.ts'
import type { WireRequest } from '../../fixtures/wire/request-reader.ts'

async function pass (t: TestContext, text: string, { response = ok(), config = {}, path = '' }: { response?: string, config?: Record<string, unknown>, path?: string } = {}): Promise<{ request: WireRequest, answer: string, origin: Origin }> {
  const origin = await openOrigin(t, always(response))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: new URL(path, origin.url), config })
  const answer = await ask(t, gateway.url, text)
  assert.equal(origin.requests.length, 1, answer)
  return { request: origin.requests[0]!, answer, origin }
}

const quiet = { headers: { forwarded: false, requestId: false, routedTo: false } }

test('request headers keep their names, case, order, duplicates and bytes', async t => {
  const sent = ['X-One: 1', 'hOsT: Example.test:99', 'accept: a', 'ACCEPT: b', 'x-raw: \x80\xe9\xff', 'Cookie: a=1', 'Cookie: b=2', 'X-Empty:', 'x-one:  two  words ']
  const { request } = await pass(t, `GET / HTTP/1.1\r\n${sent.join('\r\n')}\r\nConnection: close\r\n\r\n`, { config: quiet })
  assert.deepEqual(request.lines, ['X-One: 1', 'hOsT: Example.test:99', 'accept: a', 'ACCEPT: b', 'x-raw: \x80\xe9\xff', 'Cookie: a=1', 'Cookie: b=2', 'X-Empty: ', 'x-one: two  words', 'Connection: keep-alive'])
})

test('response headers keep their names, case, order, duplicates and bytes', async t => {
  const sent = ['x-Z: 1', 'Set-Cookie: a=1', 'SET-cookie: b=2', 'X-Raw: \x80\xe9\xff', 'Content-Length: 2', 'date: then', 'x-z: 2', 'X-Empty: ']
  const { answer } = await pass(t, get('/'), { config: quiet, response: `HTTP/1.1 299 Odd \xe9\r\n${sent.join('\r\n')}\r\n\r\nok` })
  const [line, ...lines] = answer.split('\r\n\r\n')[0]!.split('\r\n')
  assert.equal(line, 'HTTP/1.1 299 Odd \xe9')
  assert.deepEqual(lines, [...sent, 'Connection: close'])
})

test('headers of one connection stay there, those named by Connection too, both ways', async t => {
  const own = 'Keep-Alive: timeout=9\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\nX-Hop: 1\r\nx-second: 2\r\nX-End: 3\r\n'
  const { request, answer } = await pass(t, `GET / HTTP/1.1\r\nHost: a\r\n${own}Connection: x-hop, close\r\nConnection: X-Second\r\n\r\n`, {
    response: ok('ok', 'Keep-Alive: timeout=77\r\nUpgrade: h2c\r\nX-Hop: 1\r\nx-second: 2\r\nX-End: 3\r\nConnection: X-HOP\r\nConnection: x-second\r\n')
  })
  assert.deepEqual(request.lines.filter(line => /^(keep|proxy|te|x-(?!forw|req)|connection)/i.test(line)), ['X-End: 3', 'Connection: keep-alive'])
  assert.doesNotMatch(answer, /timeout=77|Upgrade|X-Hop|x-second/i)
  assert.match(answer, /X-End: 3/)
})

test('a client cannot strip what protects a backend by naming it in Connection', async t => {
  const names = ['Host', 'Authorization', 'Cookie', 'Content-Length', 'X-Forwarded-For', 'Forwarded', 'X-Request-Id']
  const { request } = await pass(t, `POST / HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\nCookie: c\r\nContent-Length: 2\r\nConnection: close, ${names.join(', ')}\r\n\r\nok`)
  for (const name of names) assert.equal(request.all(name).length, 1, name)
  assert.equal(request.body, 'ok')
})

for (const target of ['/a/../b/./c', '/%2e%2e/%41%2F?a=b&a=%00#f', '//double//', '/a;b=c?', '/?q=a b'.replace(' ', '+'), '/\\', '/{}|^`"<>', 'http://other.test/abs?x=1', '*', '/' + 'x'.repeat(8_000)]) {
  test(`a target goes on as it came: ${target.slice(0, 40)}`, async t => {
    const { request } = await pass(t, `OPTIONS ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    assert.equal(request.line, `OPTIONS ${target} HTTP/1.1`)
  })
}

test('the path of an origin is put before every request\'s', async t => {
  const { request } = await pass(t, get('/things?q=1'), { path: '/base/' })
  assert.equal(request.line, 'GET /base/things?q=1 HTTP/1.1')
})

test('a method of any kind goes on', async t => {
  const { request } = await pass(t, 'PROPFIND / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.equal(request.line, 'PROPFIND / HTTP/1.1')
})

test('HTTP/1.0 without a Host gets the origin\'s, and an answer that it understands', async t => {
  const { request, answer, origin } = await pass(t, 'GET / HTTP/1.0\r\n\r\n', { response: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n' })
  assert.deepEqual(request.all('host'), [`127.0.0.1:${origin.port}`])
  assert.match(answer, /\r\n\r\nhello$/)
  assert.doesNotMatch(answer, /chunked|trailer/i)
})

test('one Host reaches the origin, since two would let it see another site than the switch', async t => {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  const answer = await ask(t, gateway.url, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n')
  for (const request of origin.requests) assert.deepEqual(request.all('host'), ['a'])
  assert.match(answer, /^HTTP\/1.1 (200|400)/)
})

test('a well-formed request id is kept, any other replaced, and the client is told', async t => {
  const kept = await pass(t, get('/', 'X-Request-ID: abc-1.2:3\r\n'))
  assert.deepEqual(kept.request.all('x-request-id'), ['abc-1.2:3'])
  assert.match(kept.answer, /x-request-id: abc-1\.2:3\r\n/)
  for (const bad of ['a b', 'x'.repeat(129), '', '"q"', '\xe9', 'a,b']) {
    const { request, answer } = await pass(t, get('/', `X-Request-Id: ${bad}\r\n`))
    const [id, ...more] = request.all('x-request-id')
    assert.deepEqual(more, [])
    assert.match(id!, /^[\w-]+$/)
    assert.notEqual(id, bad)
    assert.match(answer, new RegExp(`x-request-id: ${id}\r\n`))
  }
})

test('a trace context is passed on untouched', async t => {
  const { request } = await pass(t, get('/', 'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: a=b,c=d\r\nbaggage: k=v\r\n'))
  assert.deepEqual(request.all('traceparent'), ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'])
  assert.deepEqual(request.all('tracestate'), ['a=b,c=d'])
  assert.deepEqual(request.all('baggage'), ['k=v'])
})

for (const header of ['x-cutover-backend', 'X-Go', 'go']) {
  test(`the secret of ${header} reaches no backend, be it right or wrong`, async t => {
    const config = { force: { header, secret: 'a-secret-of-16-characters' } }
    for (const value of ['legacy a-secret-of-16-characters', 'legacy wrong', 'a-secret-of-16-characters']) {
      const { origin } = await pass(t, get('/', `${header}: ${value}\r\n`), { config })
      assert.doesNotMatch(origin.connections[0]!.received, /secret|wrong/)
    }
  })
}

test('the secret reaches no backend as a trailer or by an upgrade either', async t => {
  const config = { force: { header: 'X-Go', secret: 'a-secret-of-16-characters' } }
  const trailer = await pass(t, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\na\r\n0\r\nX-Go: legacy a-secret-of-16-characters\r\nX-Kept: 1\r\nX-Forwarded-For: 6.6.6.6\r\nKeep-Alive: 7\r\n\r\n', { config })
  assert.deepEqual(trailer.request.trailers, ['X-Kept: 1'])
  const upgrade = await pass(t, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, X-Hop\r\nUpgrade: x\r\nX-Hop: 1\r\nX-GO: legacy a-secret-of-16-characters\r\n\r\n', { config, response: ok('ok', 'Connection: close\r\n') })
  assert.doesNotMatch(upgrade.origin.connections[0]!.received, /secret|x-hop/i)
})

test('a header injected through a bare CR or LF never reaches the origin', async t => {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  for (const text of ['X-A: 1\rX-B: 2', 'X-A: 1\nX-B: 2', 'X-A: a\0b', 'X-A : 1', ' X-A: 1']) {
    const client = await openClient(t, gateway.url)
    client.send(`GET / HTTP/1.1\r\nHost: a\r\n${text}\r\nConnection: close\r\n\r\n`)
    await client.over()
    for (const { lines } of origin.requests) assert.ok(!lines.some(line => /[\r\0]/.test(line)), text)
  }
})
