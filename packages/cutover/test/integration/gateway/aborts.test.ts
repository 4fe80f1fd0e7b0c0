import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { openClient } from '../../fixtures/wire/client.ts'
import { openGateway } from '../../fixtures/wire/gateway.ts'
import { ok, openOrigin, type OriginConnection } from '../../fixtures/wire/origin.ts'
import type { WireRequest } from '../../fixtures/wire/request-reader.ts'
import { resetsAreSeen } from '../../fixtures/wire/resets.ts'
import { until } from '../../fixtures/wire/until.ts'

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

const answers: Record<string, (connection: OriginConnection) => void> = {
  '/ok': ({ send }) => send(ok()),
  '/stream': ({ send }) => send(`${chunked}5\r\nhello\r\n`),
  '/close-length': ({ socket }) => { socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello') },
  '/close-chunked': ({ socket }) => { socket.end(`${chunked}5\r\nhello\r\n`) },
  '/garbage-chunk': ({ send }) => send(`${chunked}5\r\nhello\r\nzz\r\n`),
  '/reset-length': ({ socket }) => { socket.write('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello', () => socket.resetAndDestroy()) },
  '/reset-close': ({ socket }) => { socket.write('HTTP/1.1 200 OK\r\n\r\nhello', () => setImmediate(() => socket.resetAndDestroy())) },
  '/end-close': ({ socket }) => { socket.end('HTTP/1.1 200 OK\r\n\r\nhello') },
  '/mid-head': ({ socket }) => { socket.end('HTTP/1.1 200 OK\r\nContent-Le') },
  '/before-head': ({ socket }) => { socket.end() },
  '/reset': ({ socket }) => { socket.resetAndDestroy() }
}

function answer ({ line }: WireRequest, connection: OriginConnection): void {
  answers[line.split(' ')[1]!]?.(connection)
}

for (const path of ['/before-head', '/reset', '/mid-head']) {
  for (const method of ['GET', 'POST']) {
    test(`an origin that dies before its answer (${path}) is told to the client as a 502: ${method}`, async t => {
      const origin = await openOrigin(t, { request: answer })
      const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, share: '0%' })
      const client = await openClient(t, gateway.url)
      client.send(`${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
      assert.match(await client.over(), /^HTTP\/1.1 502 [^]*"code":"CUT_UPSTREAM_BROKEN"/)
      assert.equal(origin.requests.length, 1)
      assert.equal(gateway.problems().length, 1)
    })
  }
}

for (const path of ['/close-length', '/close-chunked', '/reset-length', '/garbage-chunk', '/reset-close']) {
  for (const version of ['1.1', '1.0']) {
    test(`an origin that dies in its body (${path}) is a cut to the client, not an end: HTTP/${version}`, async t => {
      if ((path === '/reset-close' || (version === '1.0' && !path.endsWith('length'))) && !await resetsAreSeen()) {
        t.skip('this system shows a reset as an end')
        return
      }
      const origin = await openOrigin(t, { request: answer })
      const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
      const client = await openClient(t, gateway.url)
      client.send(`GET ${path} HTTP/${version}\r\nHost: a\r\n\r\n`)
      const text = await client.over()
      const whole = /Content-Length: 50/.test(text) ? text.split('\r\n\r\n')[1]?.length === 50 : version === '1.1' && text !== '' ? text.endsWith('0\r\n\r\n') : client.ended === 'end' && text !== ''
      assert.equal(whole, false, `${client.ended} after ${JSON.stringify(text)}`)
      await until(() => gateway.problems().length === 1, 'nothing was logged')
      assert.match(gateway.problems()[0]!, /CUT_UPSTREAM_BROKEN/)
    })
  }
}

test('an answer that ends with its connection ends cleanly for the client', async t => {
  const origin = await openOrigin(t, { request: answer })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  const client = await openClient(t, gateway.url)
  client.send('GET /end-close HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.sees(/\r\n5\r\nhello\r\n0\r\n\r\n$/)
  assert.deepEqual(gateway.problems(), [])
})

test('a client that leaves during its upload, while it waits, or during the answer ends the request at the origin', async t => {
  const origin = await openOrigin(t, { request: answer })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  for (const text of [
    'POST /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello',
    'POST /ok HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    'GET /wait HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /stream HTTP/1.1\r\nHost: a\r\n\r\n',
    // A second request in the pipeline, whose answer has no connection yet.
    'GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /wait HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /stream HTTP/1.1\r\nHost: a\r\n\r\n'
  ]) {
    for (const leave of ['reset', 'end'] as const) {
      const expected = text.match(/ HTTP\/1.1/g)!.length
      const client = await openClient(t, gateway.url)
      client.send(text)
      await until(() => origin.open.size === expected && [...origin.connections].slice(-expected).every(({ received }) => received.includes('\r\n\r\n')), 'the request did not arrive')
      if (text.includes('stream') && expected === 1) await client.sees('hello')
      if (leave === 'reset') client.reset()
      else client.socket.destroy()
      await until(() => origin.open.size === 0, () => `the origin still works for ${JSON.stringify(text)} after ${leave}`)
    }
  }
  assert.deepEqual(gateway.problems(), [])
})

test('200 aborts of every kind leave nothing behind', async t => {
  const origin = await openOrigin(t, { request: answer })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config: { timeouts: { firstByte: '2s' } } })
  const resources = (): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
    return counts
  }
  const warnings: Error[] = []
  const warn = (warning: Error): void => { warnings.push(warning) }
  process.on('warning', warn)
  const connections = async (): Promise<number> => await new Promise((resolve, reject) => gateway.parts.server.getConnections((error, count) => error === null ? resolve(count) : reject(error)))
  const before = resources()
  const kinds = [
    'GET /wait', 'GET /stream', 'GET /close-length', 'GET /close-chunked', 'GET /reset-length', 'GET /before-head', 'GET /reset', 'GET /mid-head',
    'POST /upload', 'GET /ok'
  ]
  for (let round = 0; round < 20; round++) {
    await Promise.all(kinds.map(async kind => {
      const client = await openClient(t, gateway.url)
      client.send(`${kind} HTTP/1.1\r\nHost: a\r\n${kind.startsWith('POST') ? 'Content-Length: 90\r\n\r\nhalf' : '\r\n'}`)
      if (/wait|upload/.test(kind)) await until(() => origin.connections.some(({ received }) => received.includes(kind)), 'not arrived')
      else await until(() => client.text !== '' || client.ended !== undefined, 'no answer')
      if (client.ended === undefined) client.reset()
      if (!client.socket.closed) await once(client.socket, 'close')
    }))
  }
  await until(() => origin.open.size <= 10, () => `${origin.open.size} connections to the origin are open`)
  let count = -1
  await until(() => { connections().then(now => { count = now }, () => {}); return count === 0 }, () => `${count} clients are still connected`)
  // One request more is served, and what is kept for the next ends by itself.
  const last = await openClient(t, gateway.url)
  last.send('GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.match(await last.over(), /200 OK/)
  await gateway.close()
  await until(() => origin.open.size === 0, 'the pool keeps connections after the close')
  await origin.close()
  await until(() => {
    const now = resources()
    return ['TCPSocketWrap', 'TCPServerWrap', 'Timeout', 'Immediate'].every(kind => (now[kind] ?? 0) <= (before[kind] ?? 0) + (kind === 'Timeout' ? 1 : 0))
  }, () => `${JSON.stringify(resources())} is left, ${JSON.stringify(before)} was there`)
  process.off('warning', warn)
  assert.deepEqual(warnings.map(String), [])
})
