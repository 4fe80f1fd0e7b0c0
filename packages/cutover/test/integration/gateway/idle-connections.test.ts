import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openClient } from '../../fixtures/wire/client.ts'
import { openGateway } from '../../fixtures/wire/gateway.ts'
import { ok, openOrigin } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const upgrade = 'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'

test('a client is told how long an idle connection is kept, by origins and by listeners', async t => {
  const origin = await openOrigin(t, { request: (_, connection) => connection.send(ok('from afar')) })
  for (const target of [origin.url, { kind: 'listener' as const, request: (_: unknown, response: { end (text: string): void }) => { response.end('from here') }, acceptsUpgrade: () => false, upgrade () {} }]) {
    const gateway = await openGateway(t, { legacy: target, candidate: target, config: { timeouts: { keepAlive: '7s' } } })
    const client = await openClient(t, gateway.url)
    client.send(get)
    assert.match(await client.sees(/from/), /Connection: keep-alive\r\nKeep-Alive: timeout=7\r\n/i)
    await gateway.close()
  }
})

test('a connection that waits too long for its next request is closed, and no other one', async t => {
  let reply = (): void => {}
  const origin = await openOrigin(t, {
    request: ({ line }, connection) => {
      if (line.includes('/slow')) reply = () => connection.send(ok('at last'))
      else if (line.includes('/ws')) connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n')
      else connection.send(ok('quick'))
    }
  })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config: { timeouts: { keepAlive: '1s' } } })
  const open = async (text: string, seen: RegExp | undefined) => {
    const client = await openClient(t, gateway.url)
    client.send(get)
    await client.sees('quick')
    client.forget()
    client.send(text)
    if (seen !== undefined) await client.sees(seen)
    return client
  }
  const slow = await open(get.replace('/', '/slow'), undefined)
  const upgraded = await open(upgrade, /101 Switching/)
  const unfinished = await openClient(t, gateway.url)
  unfinished.send('GET / HTTP/1.1\r\nHos')
  const busy = await openClient(t, gateway.url)
  const traffic = setInterval(() => busy.send(get), 200)
  t.after(() => clearInterval(traffic))

  const idle = await open(get, /quick/)
  await idle.over()
  // The others had as long, and longer.
  await new Promise(resolve => setTimeout(resolve, 1_500))
  for (const client of [slow, upgraded, unfinished, busy]) assert.equal(client.ended, undefined)
  upgraded.send('anything')
  unfinished.send('t: a\r\n\r\n')
  await unfinished.sees('quick')
  reply()
  await slow.sees('at last')
  clearInterval(traffic)
  await until(() => [slow, unfinished, busy].every(({ ended }) => ended !== undefined), 'those that are idle by now are kept')
  assert.equal(upgraded.ended, undefined)
})
