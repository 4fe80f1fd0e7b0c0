import assert from 'node:assert/strict'
import { request as requestHttp } from 'node:http'
import { test, type TestContext } from 'node:test'
import type { ListenerTarget } from '../../../src/config/target.ts'
import { ask, get, openClient } from '../../fixtures/wire/client.ts'
import { openGateway, type TestGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin, refusing, type Origin } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

async function limited (t: TestContext, config: Record<string, unknown>): Promise<{ origin: Origin, gateway: TestGateway, url: string }> {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config })
  return { origin, gateway, url: gateway.url }
}

const post = (body: string, chunked: boolean): string => `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${chunked ? `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : `Content-Length: ${body.length}\r\n\r\n${body}`}`

const reader: ListenerTarget = {
  kind: 'listener',
  request: (request, response) => {
    request.on('data', () => {})
    request.on('end', () => response.end('read'))
  },
  acceptsUpgrade: () => false,
  upgrade: () => {}
}

for (const chunked of [false, true]) {
  test(`a ${chunked ? 'chunked' : 'declared'} body within the limit passes, one over it is a 413`, async t => {
    const { origin, url } = await limited(t, { limits: { body: '10B' } })
    assert.match(await ask(t, url, post('0123456789', chunked)), /^HTTP\/1.1 200 OK/)
    assert.match(await ask(t, url, post('0123456789a', chunked)), /^HTTP\/1.1 413 [^]*CUT_BODY_TOO_LARGE/)
    assert.equal(origin.requests.length, 1)
    await until(() => origin.open.size <= 1, 'the cut request is still open at the origin')
  })

  test(`the limit of a ${chunked ? 'chunked' : 'declared'} body holds for legacy in this process, after a fallback too`, async t => {
    for (const candidate of [reader, await refusing()]) {
      const gateway = await openGateway(t, { legacy: reader, candidate, share: candidate === reader ? '0%' : '100%', config: { limits: { body: '10B' } } })
      assert.match(await ask(t, gateway.url, post('0123456789', chunked)), /^HTTP\/1.1 200 OK/)
      assert.match(await ask(t, gateway.url, post('0123456789a', chunked)), /^HTTP\/1.1 413 [^]*CUT_BODY_TOO_LARGE/)
    }
  })
}

test('a client in the middle of a large upload gets to read its 413', async t => {
  const { url } = await limited(t, { limits: { body: '100kB' } })
  for (const chunked of [false, true]) {
    const client = await openClient(t, url)
    client.send(`POST / HTTP/1.1\r\nHost: a\r\n${chunked ? 'Transfer-Encoding: chunked' : 'Content-Length: 3000000'}\r\n\r\n`)
    for (let i = 0; i < 30; i++) client.send(chunked ? `186a0\r\n${'x'.repeat(100_000)}\r\n` : 'x'.repeat(100_000))
    assert.match(await client.over(), /^HTTP\/1.1 413 /)
  }
})

test('a refusal comes before 100 Continue', async t => {
  const { url } = await limited(t, { limits: { body: '10B' } })
  assert.match(await ask(t, url, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n'), /^HTTP\/1.1 413 /)
})

test('a head over the limit is a 431, told once', async t => {
  const { origin, gateway, url } = await limited(t, { limits: { headers: '4kB' } })
  assert.match(await ask(t, url, get('/', `X-Big: ${'x'.repeat(3_000)}\r\n`)), /^HTTP\/1.1 200 OK/)
  assert.match(await ask(t, url, get('/', `X-Big: ${'x'.repeat(5_000)}\r\n`)), /^HTTP\/1.1 431 [^]*CUT_HEADERS_TOO_LARGE/)
  assert.match(await ask(t, url, get('/' + 'x'.repeat(5_000))), /^HTTP\/1.1 431 /)
  assert.equal(origin.requests.length, 1)
  assert.equal(gateway.problems().length, 2)
})

test('a head that comes too slowly is a 408', async t => {
  const { gateway, url } = await limited(t, { timeouts: { headers: '300ms', request: '2s' } })
  const client = await openClient(t, url)
  client.send('GET / HTTP/1.1\r\nHost: a\r\nX-Slow')
  assert.match(await client.over(), /^HTTP\/1.1 408 [^]*CUT_REQUEST_TIMEOUT/)
  assert.equal(gateway.problems().length, 1)
})

test('a body that comes too slowly is a 408, and ends the request at the origin', async t => {
  const { origin, gateway, url } = await limited(t, { timeouts: { headers: '200ms', request: '500ms' } })
  const client = await openClient(t, url)
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello')
  assert.match(await client.over(), /^HTTP\/1.1 408 [^]*CUT_REQUEST_TIMEOUT/)
  await until(() => origin.open.size === 0, 'the request is still open at the origin')
  assert.equal(gateway.problems().length, 1)
})

test('a client that says nothing and one that only says half are let go, and disturb nobody', async t => {
  const { url } = await limited(t, { timeouts: { headers: '500ms', request: '1s' } })
  const silent = await openClient(t, url)
  const half = await openClient(t, url)
  half.send('G')
  half.socket.end()
  for (let i = 0; i < 5; i++) assert.match(await ask(t, url, get('/')), /200 OK/)
  await half.over()
  await silent.over()
})

test('answers to many requests in a pipeline come in their order', async t => {
  const waiting: Array<() => void> = []
  const origin = await openOrigin(t, {
    request: ({ line }, connection) => {
      const path = line.split(' ')[1]!
      const reply = (): void => connection.send(ok(path))
      // The first half is answered only when all of it is there, the last first.
      if (waiting.push(reply) === 10) for (const each of waiting.reverse()) each()
      else if (waiting.length > 10) reply()
    }
  })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  const client = await openClient(t, gateway.url)
  client.send(Array.from({ length: 60 }, (_, i) => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''))
  await client.sees(/\/59$/)
  assert.deepEqual([...client.text.matchAll(/\r\n\r\n\/(\d+)/g)].map(match => Number(match[1])), Array.from({ length: 60 }, (_, i) => i))
})

test('an ordinary client uploads, is refused for its size, and goes on with another request', async t => {
  const { url } = await limited(t, { limits: { body: '100kB' } })
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const outgoing = requestHttp(url, { method: 'POST', agent: false }, response => {
      response.resume()
      resolve(response.statusCode)
    })
    outgoing.on('error', reject)
    outgoing.end(Buffer.alloc(200_000))
  })
  assert.equal(status, 413)
  assert.equal((await fetch(url)).status, 200)
})
