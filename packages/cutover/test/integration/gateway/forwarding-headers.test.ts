import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { ask, get } from '../../fixtures/wire/client.ts'
import { openGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin } from '../../fixtures/wire/origin.ts'

const names = ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Port', 'Forwarded']

async function seen (t: TestContext, trustedProxies: unknown, headers = ''): Promise<Record<string, string[]>> {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config: { trustedProxies } })
  await ask(t, gateway.url, get('/', headers))
  return Object.fromEntries(names.map(name => [name, origin.requests[0]!.all(name)]))
}

const claims = 'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nx-forwarded-host: evil.test\r\nX-Forwarded-Port: 444\r\nForwarded: for=6.6.6.6;proto=https\r\n'
const own = {
  'X-Forwarded-For': ['127.0.0.1'],
  'X-Forwarded-Proto': ['http'],
  'X-Forwarded-Host': ['test'],
  'X-Forwarded-Port': [],
  Forwarded: ['for=127.0.0.1;host="test";proto=http']
}
const extended = {
  'X-Forwarded-For': ['6.6.6.6, 127.0.0.1'],
  'X-Forwarded-Proto': ['https'],
  'X-Forwarded-Host': ['evil.test'],
  'X-Forwarded-Port': ['444'],
  Forwarded: ['for=6.6.6.6;proto=https, for=127.0.0.1;host="test";proto=http']
}

test('what a client says of where it comes from is replaced unless it is trusted', async t => {
  for (const untrusted of [false, 0, ['10.0.0.0/8'], ['::1'], []]) assert.deepEqual(await seen(t, untrusted, claims), own, JSON.stringify(untrusted))
})

test('a trusted proxy\'s words are kept and the chain extended', async t => {
  for (const trusted of [true, 1, 5, ['127.0.0.0/8'], ['loopback'], ['10.0.0.0/8', '127.0.0.1']]) assert.deepEqual(await seen(t, trusted, claims), extended, JSON.stringify(trusted))
})

test('a trusted proxy that says nothing gets the switch\'s own', async t => {
  assert.deepEqual(await seen(t, true), own)
})

test('lines that came several times are joined in their order', async t => {
  const { 'X-Forwarded-For': chain } = await seen(t, true, 'X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2, 3.3.3.3\r\n')
  assert.deepEqual(chain, ['1.1.1.1, 2.2.2.2, 3.3.3.3, 127.0.0.1'])
})

test('turned off, what the client says goes on as it came', async t => {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config: { headers: { forwarded: false } } })
  await ask(t, gateway.url, get('/', claims))
  assert.deepEqual(origin.requests[0]!.all('x-forwarded-for'), ['6.6.6.6'])
  assert.deepEqual(origin.requests[0]!.all('forwarded'), ['for=6.6.6.6;proto=https'])
})

test('a Host that is no host name cannot break out of Forwarded', async t => {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  await ask(t, gateway.url, 'GET / HTTP/1.1\r\nHost: a";for=6.6.6.6;x="\r\nConnection: close\r\n\r\n')
  for (const request of origin.requests) assert.deepEqual(request.all('forwarded'), ['for=127.0.0.1;proto=http'])
})

test('requests on one connection with different hosts each get their own lines', async t => {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  await ask(t, gateway.url, ['a', 'b', 'a'].map(host => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`).join('') + get('/'))
  assert.deepEqual(origin.requests.map(request => request.all('x-forwarded-host')[0]).sort(), ['a', 'a', 'b', 'test'])
  for (const request of origin.requests) assert.deepEqual(request.all('x-forwarded-host'), request.all('host'))
})

test('an IPv6 client is named as RFC 7239 wants it, and may be trusted by its range', async t => {
  const origin = await openOrigin(t, always(ok()))
  for (const [trustedProxies, chain] of [[false, '::1'], [['::1/128'], '2001:db8::7, ::1']] as const) {
    const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config: { trustedProxies } })
    const second = gateway.parts.server
    await gateway.close()
    try {
      second.listen(0, '::1')
      await once(second, 'listening')
    } catch {
      t.skip('this machine has no IPv6')
      return
    }
    const socket = connect({ port: (second.address() as { port: number }).port, host: '::1' })
    socket.write(get('/', 'X-Forwarded-For: 2001:db8::7\r\n'))
    socket.resume()
    await once(socket, 'close')
    second.close()
    const request = origin.requests.at(-1)!
    assert.deepEqual(request.all('x-forwarded-for'), [chain])
    assert.match(request.all('forwarded')[0]!, /for="\[::1\]";host="test";proto=http$/)
  }
})
