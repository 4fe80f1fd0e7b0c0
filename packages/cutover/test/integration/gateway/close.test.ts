import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { openClient } from '../../fixtures/wire/client.ts'
import { openGateway } from '../../fixtures/wire/gateway.ts'
import { ok, openOrigin } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

test('a close lets open requests finish, ends idle connections and refuses new ones', async t => {
  let reply = (): void => {}
  const origin = await openOrigin(t, {
    request: ({ line }, connection) => {
      if (line.includes('/slow')) reply = () => connection.send(ok('at last'))
      else connection.send(ok('quick'))
    }
  })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config: { timeouts: { shutdown: '8s', keepAlive: '60s' } } })
  const idle = await openClient(t, gateway.url)
  idle.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await idle.sees('quick')
  const fresh = await openClient(t, gateway.url)
  const busy = await openClient(t, gateway.url)
  busy.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => origin.requests.length === 2, 'not arrived')
  let closed = false
  const closing = gateway.close().then(() => { closed = true })
  await idle.over()
  await fresh.over()
  const late = connect({ port: Number(new URL(gateway.url).port), host: '127.0.0.1' })
  const [error] = await once(late, 'error') as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNREFUSED')
  assert.equal(closed, false)
  reply()
  assert.match(await busy.over(), /200 OK[^]*at last$/)
  await closing
  await until(() => origin.open.size === 0, 'connections to the origin are left open')
})

test('a close cuts off what does not end within the shutdown time', async t => {
  const origin = await openOrigin(t, {
    request: (_, connection) => connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config: { timeouts: { shutdown: '300ms' } } })
  const streaming = await openClient(t, gateway.url)
  streaming.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await streaming.sees('hello')
  const uploading = await openClient(t, gateway.url)
  uploading.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf')
  await until(() => origin.connections.length === 2, 'not arrived')
  const start = performance.now()
  await gateway.close()
  assert.ok(performance.now() - start < 4_000, 'it took longer than the shutdown time')
  await streaming.over()
  await uploading.over()
  await until(() => origin.open.size === 0, 'connections to the origin are left open')
})
