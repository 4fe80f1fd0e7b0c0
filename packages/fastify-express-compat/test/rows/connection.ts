import { connect } from 'node:net'
import { once } from 'node:events'
import type { Fixture, Running } from '../support/fixture.ts'
import { raw } from '../support/request.ts'

let release: (() => void) | undefined

/** Sends a request that is answered only after closing began, with another one behind it on the same connection. */
async function closeDuringRequest (running: Running): Promise<string> {
  const socket = connect(running.port, '127.0.0.1')
  let text = ''
  socket.on('data', chunk => { text += String(chunk) })
  const ended = once(socket, 'close')
  const arrived = new Promise<void>(resolve => { release = resolve })
  socket.write(raw('GET /slow'))
  await arrived
  const closed = running.close()
  await new Promise(resolve => setImmediate(resolve))
  socket.write(raw('GET /next'))
  setTimeout(() => socket.end(), 150)
  await ended
  socket.destroy()
  await closed
  return text.replace(/Date: .*/g, 'Date: (date)')
}

/** Fixtures of the rows about connections. */
export const connectionFixtures = {
  keepAlive: { routes: [['GET', '/', (_req, res) => { res.send('x') }]], requests: [raw('GET /'), raw('GET /', { Connection: 'close' }), [raw('GET /'), raw('GET /')], 'GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'] },
  draining: {
    routes: [['GET', '/slow', (_req, res) => { release?.(); setTimeout(() => { res.send('slow') }, 50) }], ['GET', '/next', (_req, res) => { res.send('next') }]],
    requests: [],
    probe: closeDuringRequest
  },
  clientErrors: {
    routes: [['GET', '/', (_req, res) => { res.send('x') }]],
    requests: ['NONSENSE\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20000)}\r\n\r\n`, 'GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: nothing\r\n\r\n', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n']
  }
} satisfies Record<string, Fixture>
