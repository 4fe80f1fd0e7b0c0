import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openClient } from '../../fixtures/wire/client.ts'
import { openGateway } from '../../fixtures/wire/gateway.ts'
import { openOrigin } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

const piece = '5\r\nhello\r\n'

test('an answer that stalls between two pieces is cut off, one that goes on slowly is not', async t => {
  let tick: NodeJS.Timeout | undefined
  t.after(() => clearInterval(tick))
  const origin = await openOrigin(t, {
    request: ({ line }, connection) => {
      connection.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${piece}`)
      if (line.includes('/slow')) tick = setInterval(() => connection.send(piece), 100)
    }
  })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config: { timeouts: { idle: '500ms', firstByte: '60s' } } })
  const slow = await openClient(t, gateway.url)
  slow.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
  await slow.sees('hello')
  const stalled = await openClient(t, gateway.url)
  stalled.send('GET /stalled HTTP/1.1\r\nHost: a\r\n\r\n')
  await stalled.sees('hello')
  const began = performance.now()
  await stalled.over()
  assert.ok(performance.now() - began > 400, 'it had not stalled for the time')
  await until(() => origin.open.size === 1, 'the connection of the stalled answer is left open')
  assert.equal(slow.ended, undefined)
  assert.match(gateway.problems().join('\n'), /nothing moved for 500 ms/)
  assert.equal(gateway.problems().length, 1)
})
