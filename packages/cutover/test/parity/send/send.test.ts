import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { ExchangeRequest } from '../../../src/message/exchange.ts'
import type { SendOptions } from '../../../src/parity/send/options.ts'
import { send } from '../../../src/parity/send/send.ts'
import { createSender } from '../../../src/parity/send/sender.ts'

const bounds: SendOptions = { timeoutMs: 5000, bodyLimit: 1000 }
const get: ExchangeRequest = { method: 'GET', target: '/', headers: [], body: Buffer.alloc(0) }

/** A server that answers each request head with `answer`, and remembers what it was sent. */
async function serve (context: TestContext, answer: (socket: Socket, request: string) => void): Promise<{ origin: URL, requests: string[], connections: () => number }> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(socket => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', data => {
      requests.push(data.toString('latin1'))
      answer(socket, requests.at(-1)!)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), requests, connections: () => connections }
}

test('a request goes out byte for byte, with Host and Content-Length added', async context => {
  const { origin, requests } = await serve(context, socket => socket.write('HTTP/1.1 204 No Content\r\n\r\n'))
  await send(origin, { method: 'PUT', target: '/%zz/<x>?q=ü'.replace('ü', '\xc3\xbc'), headers: [['X-b', '1'], ['x-A', '2'], ['X-b', '3']], body: Buffer.from('héllo') }, bounds)
  assert.equal(requests[0], `PUT /%zz/<x>?q=\xc3\xbc HTTP/1.1\r\nHost: ${origin.host}\r\nX-b: 1\r\nx-A: 2\r\nX-b: 3\r\nContent-Length: 6\r\n\r\nh\xc3\xa9llo`)
})

test('Host and framing of the request\'s own are kept; another host can be given', async context => {
  const { origin, requests } = await serve(context, socket => socket.write('HTTP/1.1 204 No Content\r\n\r\n'))
  await send(origin, { ...get, headers: [['host', 'a.test']] }, { ...bounds, host: 'b.test' })
  await send(origin, get, { ...bounds, host: 'b.test' })
  await send(origin, { ...get, method: 'POST', headers: [['Transfer-Encoding', 'chunked']], body: Buffer.from('abc') }, bounds)
  assert.equal(requests[0], 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n')
  assert.equal(requests[1], 'GET / HTTP/1.1\r\nHost: b.test\r\n\r\n')
  assert.match(requests[2]!, /Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/)
})

test('an answer keeps order, case and duplicates of headers, and its trailers; 1xx is skipped', async context => {
  const { origin } = await serve(context, socket => socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nX-b: 1\r\nx-A: 2\r\nX-b: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-End: z\r\n\r\n'))
  const result = await send(origin, get, bounds)
  assert.ok('response' in result)
  assert.deepEqual(result.response.headers, [['X-b', '1'], ['x-A', '2'], ['X-b', '3'], ['Transfer-Encoding', 'chunked']])
  assert.equal(result.response.body.toString(), 'abc')
  assert.deepEqual(result.response.trailers, [['X-End', 'z']])
})

for (const [name, method, head] of [['HEAD', 'HEAD', '200 OK\r\nContent-Length: 5'], ['204', 'GET', '204 No Content'], ['304', 'GET', '304 Not Modified\r\nContent-Length: 5']] as const) {
  test(`the answer to ${name} has no body and ends at once`, async context => {
    const { origin } = await serve(context, socket => socket.write(`HTTP/1.1 ${head}\r\n\r\n`))
    const result = await send(origin, { ...get, method }, bounds)
    assert.ok('response' in result)
    assert.equal(result.response.body.length, 0)
  })
}

test('a body beyond the limit is hashed, one that ends with the connection is read to its end', async context => {
  const body = Buffer.alloc(300_000, 'abcdefg')
  const { origin } = await serve(context, socket => { socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), body])) })
  const result = await send(origin, get, bounds)
  assert.ok('response' in result)
  assert.equal(result.response.body.length, 0)
  assert.deepEqual(result.response.truncated, { length: 300_000, sha256: createHash('sha256').update(body).digest('hex') })
})

test('what is no answer is a failure of its kind', async context => {
  const failureOf = async (answer: (socket: Socket) => void, options: Partial<SendOptions> = {}) => {
    const { origin } = await serve(context, answer)
    const result = await send(origin, get, { ...bounds, ...options })
    return 'failure' in result ? result.failure.kind : 'none'
  }
  assert.equal(await failureOf(socket => { socket.destroy() }), 'reset')
  assert.equal(await failureOf(socket => { socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc') }), 'reset')
  assert.equal(await failureOf(socket => socket.write('SSH-2.0-OpenSSH\r\n\r\n')), 'malformed')
  assert.equal(await failureOf(socket => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc')), 'malformed')
  assert.equal(await failureOf(() => {}, { timeoutMs: 50 }), 'timeout')
  assert.equal(await failureOf(socket => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), { timeoutMs: 50 }), 'timeout')
  assert.equal(await failureOf(socket => socket.write('HTTP/1.1 200 OK\r\n\r\nabc'), { timeoutMs: 50 }), 'endless')
  assert.equal(await failureOf(socket => socket.write('HTTP/1.1 200 OK\r\n\r\n' + 'x'.repeat(3000)), { endless: 2000 }), 'endless')
})

test('a backend that is not there refuses', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const result = await send(new URL(`http://127.0.0.1:${port}`), get, bounds)
  assert.equal('failure' in result && result.failure.kind, 'refused')
})

test('an event stream that falls silent, or never does, gives what came', async context => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'
  const silent = await serve(context, socket => socket.write(`${head}data: 1\n\n`))
  const one = await send(silent.origin, get, { ...bounds, idleMs: 30 })
  assert.equal('response' in one && one.cut, 'idle')
  assert.equal('response' in one && one.response.body.toString(), 'data: 1\n\n')
  const chatty = await serve(context, socket => {
    socket.write(head)
    const timer = setInterval(() => socket.write('data: x\n\n'), 5)
    socket.on('close', () => clearInterval(timer))
  })
  const other = await send(chatty.origin, get, { ...bounds, timeoutMs: 100 })
  assert.equal('response' in other && other.cut, 'timeout')
  const whole = await serve(context, socket => socket.end(`${head}data: 1\n\n`))
  const third = await send(whole.origin, get, bounds)
  assert.equal('response' in third && third.cut, undefined)
})

test('a connection is kept where that is asked for, and never after a fault', async context => {
  const { origin, connections } = await serve(context, (socket, request) => socket.write(request.startsWith('GET /bad') ? 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc' : 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na'))
  const sender = createSender({ keepAlive: true })
  context.after(() => sender.close())
  await sender.send(origin, get, bounds)
  await sender.send(origin, get, bounds)
  assert.equal(connections(), 1)
  await sender.send(origin, { ...get, target: '/bad' }, bounds)
  await sender.send(origin, get, bounds)
  assert.equal(connections(), 2)
})

test('connections opened before are used by the requests that come next', async context => {
  const { origin, connections } = await serve(context, socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na'))
  const sender = createSender({ keepAlive: false })
  context.after(() => sender.close())
  await sender.open(origin, 3)
  for (let count = 0; count < 3; count++) assert.ok('response' in await sender.send(origin, get, bounds))
  assert.equal(connections(), 3)
  assert.ok('response' in await sender.send(origin, get, bounds))
  assert.equal(connections(), 4)
})

test('the last byte of a request is held until it may go', async context => {
  const { origin, requests } = await serve(context, socket => { if (requests.join('').endsWith('ok')) socket.write('HTTP/1.1 204 No Content\r\n\r\n') })
  let release = (): void => {}
  const held = new Promise<void>(resolve => { release = resolve })
  const answer = send(origin, { ...get, method: 'POST', body: Buffer.from('ok') }, { ...bounds, held })
  while (!requests.join('').endsWith('\r\n\r\no')) await new Promise(setImmediate)
  release()
  assert.ok('response' in await answer)
})

test('where no connection opens each request says so', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await new Promise(resolve => server.close(resolve))
  const sender = createSender({ keepAlive: false })
  await sender.open(origin, 2)
  const result = await sender.send(origin, get, bounds)
  assert.equal('failure' in result && result.failure.kind, 'refused')
})

test('a read on a kept connection that turns out closed is sent again, a write is not', async context => {
  let served = 0
  const { origin } = await serve(context, socket => {
    if (++served % 2 === 0) socket.destroy()
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na')
  })
  const sender = createSender({ keepAlive: true })
  context.after(() => sender.close())
  await sender.send(origin, get, bounds)
  assert.ok('response' in await sender.send(origin, get, bounds))
  const result = await sender.send(origin, { ...get, method: 'POST' }, bounds)
  assert.equal('failure' in result && result.failure.kind, 'reset')
})

test('an abort ends it with the signal\'s reason', async context => {
  const controller = new AbortController()
  const { origin } = await serve(context, () => controller.abort(new Error('enough')))
  await assert.rejects(send(origin, get, { ...bounds, signal: controller.signal }), /enough/)
})
