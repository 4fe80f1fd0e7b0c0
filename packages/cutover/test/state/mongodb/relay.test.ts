import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { openRelay } from '../../../src/state/mongodb/relay.ts'

/** A server that sends back what it gets. */
async function echo (t: TestContext): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, socket => socket.on('error', () => {}).pipe(socket))
  const sockets = new Set<Socket>()
  server.on('connection', socket => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** However it came to that. */
function closed (socket: Socket): Promise<void> {
  return new Promise(resolve => socket.once('close', () => resolve()))
}

async function isOpenNoMore (relay: { readonly open: number }): Promise<void> {
  for (const end = Date.now() + 5_000; relay.open > 0;) {
    assert.ok(Date.now() < end, `${relay.open} connections stayed open`)
    await new Promise(resolve => setImmediate(resolve))
  }
}

function dial (address: string): Socket {
  return connect(Number(address.split(':')[1]), '127.0.0.1').on('error', () => {})
}

test('bytes pass both ways, and the end of one side reaches the other', async t => {
  const relay = await openRelay({ host: '127.0.0.1', port: await echo(t) })
  t.after(() => relay.close())
  const socket = dial(relay.address)
  const sent = Buffer.alloc(3_000_000, 'abc')
  socket.end(sent)
  const got: Buffer[] = []
  for await (const chunk of socket) got.push(chunk as Buffer)
  assert.ok(Buffer.concat(got).equals(sent))
})

test('a stop cuts what is open and what comes, and a start lets it through again', async t => {
  const relay = await openRelay({ host: '127.0.0.1', port: await echo(t) })
  t.after(() => relay.close())
  const first = dial(relay.address)
  first.write('a')
  await once(first, 'data')
  assert.equal(relay.open, 1)
  const cut = closed(first)
  relay.stop()
  await cut
  const second = dial(relay.address)
  second.write('a')
  second.on('data', () => assert.fail('it was let through'))
  await closed(second)
  relay.start()
  const third = dial(relay.address)
  third.write('a')
  await once(third, 'data')
  assert.equal(relay.open, 1)
  const ended = closed(third)
  await relay.close()
  await ended
  await isOpenNoMore(relay)
  await relay.close()
})

test('without a server behind it a connection ends at once', async t => {
  const relay = await openRelay({ host: '127.0.0.1', port: 1 })
  t.after(() => relay.close())
  await closed(dial(relay.address).resume())
  await isOpenNoMore(relay)
})
